package dev.railhead;

/// How the hidden states of a text's tokens become one vector.
public enum Pooling {
    /// Not at all: each token keeps its own.
    NONE,
    /// Their mean.
    MEAN,
    /// That of the first token, which is `[CLS]` in models of BERT's kind.
    CLS,
    /// That of the last token, which in a causal model is the only one that has seen all others.
    LAST,
    /// As the model's classification head wants it: for judging texts, see [EmbeddingModel#rank].
    RANK
}
