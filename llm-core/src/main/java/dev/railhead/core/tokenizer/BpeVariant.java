package dev.railhead.core.tokenizer;

/// What a model does with a text before BPE does. Stateless.
interface BpeVariant {
    /// The encoder of one call.
    ///
    /// @param bpe encodes what the variant leaves to BPE
    TextEncoder encoder(Vocabulary vocabulary, TextEncoder bpe);

    /// The bytes that a token stands for.
    ///
    /// @param piece those that it stands for in BPE
    default byte[] piece(Vocabulary vocabulary, int id, byte[] piece) {
        return piece;
    }
}
