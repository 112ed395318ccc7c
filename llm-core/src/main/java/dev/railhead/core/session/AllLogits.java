package dev.railhead.core.session;

/// A [dev.railhead.Session] that can give the logits after every token of a batch, not only after the last. Made for
/// comparing engines and for perplexity; sessions of this engine implement it.
public interface AllLogits {
    /// Feeds tokens as one batch and returns the logits after each of them.
    ///
    /// @param tokens one or more token ids
    /// @return `float[tokens.length][vocabulary size]`
    /// @throws IllegalArgumentException if a token id is not in the vocabulary, or there is none
    /// @throws IllegalStateException if the model reads a source text and has none yet
    /// @throws dev.railhead.ContextOverflowException if they don't fit the context; the session is unchanged
    float[][] allLogits(int... tokens);
}
