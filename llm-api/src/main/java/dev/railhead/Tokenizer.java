package dev.railhead;

import java.util.OptionalInt;

/// Text to token ids and back. Immutable and safe for use by any thread.
public interface Tokenizer {
    /// Encodes plain text: special tokens are not recognised in it, and the tokens that the model wants around a text
    /// (BOS, EOS) are added.
    default int[] encode(String text) {
        return encode(text, true, false);
    }

    /// Encodes text. Lone surrogates count as U+FFFD.
    ///
    /// @param text any text
    /// @param addSpecial whether to add the tokens that the model wants around a text (BOS, EOS)
    /// @param parseSpecial whether the text of a special token becomes that token; never true for text of a user
    /// @return the token ids
    int[] encode(String text, boolean addSpecial, boolean parseSpecial);

    /// Encodes what a chat template made. Control tokens, and others that are written like one (`<|…|>`), are recognised
    /// where all of their text is the template's own; apart from that the text is encoded as a whole.
    ///
    /// BOS is added if the model wants one and the template didn't write it; EOS is not, since an answer follows.
    int[] encode(RenderedPrompt prompt);

    /// Decodes token ids, special tokens left out. Bytes that are not UTF-8 become U+FFFD.
    ///
    /// @throws IllegalArgumentException if an id is not in the vocabulary
    default String decode(int... tokens) {
        return decode(tokens, false);
    }

    /// Decodes token ids.
    ///
    /// @param tokens token ids
    /// @param renderSpecial whether special tokens appear as their text
    /// @throws IllegalArgumentException if an id is not in the vocabulary
    String decode(int[] tokens, boolean renderSpecial);

    /// Starts an incremental decoding that never splits a character; special tokens are left out.
    default TokenDecoder newDecoder() {
        return newDecoder(false);
    }

    /// Starts an incremental decoding that never splits a character.
    ///
    /// @param renderSpecial whether special tokens appear as their text
    TokenDecoder newDecoder(boolean renderSpecial);

    /// The bytes a token stands for in a text, a copy. Special tokens give their text.
    ///
    /// @throws IllegalArgumentException if the id is not in the vocabulary
    byte[] piece(int token);

    /// Number of token ids; ids are 0 to this − 1.
    int vocabularySize();

    /// The beginning-of-sequence token.
    OptionalInt bos();

    /// The end-of-sequence token.
    OptionalInt eos();

    /// The id of the token with exactly this text (control and user-defined tokens included).
    OptionalInt tokenOf(String text);

    /// Whether the token ends a generation.
    boolean isEndOfGeneration(int token);

    /// Whether the token is a control token, which has no text of its own.
    boolean isControl(int token);
}
