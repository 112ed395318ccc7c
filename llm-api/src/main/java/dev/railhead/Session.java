package dev.railhead;

import java.util.List;
import java.util.function.Consumer;

/// One sequence of tokens being continued: a position, a token history and keys and values for both.
///
/// **Threads.** A session is used by one thread at a time. A call from a second thread while another is running fails
/// at once with [ConcurrentUseException] and disturbs nothing, except [#close()], which cancels the running call. A
/// listener that calls back into its own session gets the same exception.
///
/// **Encoder and decoder.** In a model that has both (T5), what is fed to an empty session, as a prompt or by
/// [#prefill(int...)], is the source text: the encoder reads it whole, and the session goes on to hold the tokens of the
/// decoder, which begin with one of the model's own. All that is fed later belongs to the decoder. [#rewind(int)] to 0
/// forgets the text. Text and decoder may have as many tokens as the context each.
///
/// **Failures.** When a call throws, the session stays usable and returns to the last token whose keys and values are
/// complete, never behind where it was before the call. A generation that was stopped by cancellation or a deadline
/// keeps the tokens of its result; of a prompt that was not read to its end it keeps what was read, in whole chunks.
public interface Session extends AutoCloseable {
    /// The model this session belongs to.
    Model model();

    /// The number of tokens in the session; the next one gets this position.
    int position();

    /// The tokens at positions 0 to [#position()] − 1, a copy.
    int[] tokens();

    /// Feeds tokens, in chunks, and computes the logits that follow the last of them.
    ///
    /// @param tokens one or more token ids
    /// @throws IllegalArgumentException if a token id is not in the vocabulary, or there is none
    /// @throws ContextOverflowException if they don't fit the context; the session is unchanged
    void prefill(int... tokens);

    /// Feeds one token and computes the logits that follow it.
    ///
    /// @param token a token id
    /// @throws IllegalArgumentException if the token id is not in the vocabulary
    /// @throws ContextOverflowException if the context is full
    void decode(int token);

    /// The logits after the last token that was fed, a copy: `float[vocabulary size]`.
    ///
    /// @throws IllegalStateException if nothing was fed since the session was opened or rewound
    float[] logits();

    /// The most likely next tokens with their log-probabilities, best first, from the same logits.
    ///
    /// @param count how many, at least 1
    /// @throws IllegalStateException if nothing was fed since the session was opened or rewound
    List<TokenProbability> nextTokens(int count);

    /// Forgets the tokens from `position` on.
    ///
    /// That costs nothing with most models. One with sliding windows can go back about a prefill chunk, one with recurrent
    /// layers to the beginning of the last call that computed; from further back, the next call computes all tokens again,
    /// with the same results.
    ///
    /// @param position between 0 and [#position()]
    void rewind(int position);

    /// Feeds the prompt and generates tokens until one of the conditions of [FinishReason] holds.
    ///
    /// Text is encoded as plain text: special tokens are not recognised in it, and the beginning-of-sequence token is
    /// added at position 0 if the model wants one. For a conversation, encode with the model's
    /// [chat template][Model#chatTemplate()] and call the variant with token ids; for other special tokens, encode with
    /// [Tokenizer#encode(String, boolean, boolean)] and call the variant with token ids.
    ///
    /// The generated tokens become part of the session; an end token does not. The text does not hold the stop string. An
    /// empty prompt continues from where the session is.
    ///
    /// @param prompt the text to continue
    /// @param options length, sampling, stop strings, cancellation
    /// @param listener receives each token as it is generated, on the calling thread; what it throws ends the
    ///     generation and reaches the caller unchanged
    /// @return the text and how it came about
    /// @throws IllegalArgumentException if the prompt is empty and the session too, or a token id is not in the vocabulary
    /// @throws ContextOverflowException if the prompt does not fit the context; the session is unchanged
    GenerationResult generate(String prompt, GenerationOptions options, Consumer<GeneratedToken> listener);

    /// As [#generate(String, GenerationOptions, Consumer)], with token ids.
    GenerationResult generate(int[] prompt, GenerationOptions options, Consumer<GeneratedToken> listener);

    /// Generates without looking at the tokens on the way.
    default GenerationResult generate(String prompt, GenerationOptions options) {
        return generate(prompt, options, token -> {});
    }

    /// As [#generate(String, GenerationOptions)], with token ids.
    default GenerationResult generate(int[] prompt, GenerationOptions options) {
        return generate(prompt, options, token -> {});
    }

    /// Generates on demand: each token is computed when the stream is asked for it, on the asking thread. The session
    /// belongs to the stream until the stream ends or is closed.
    TokenStream stream(String prompt, GenerationOptions options);

    /// As [#stream(String, GenerationOptions)], with token ids.
    TokenStream stream(int[] prompt, GenerationOptions options);

    /// Gives the session's memory back. A running call is cancelled first. Does nothing when already closed.
    @Override
    void close();
}
