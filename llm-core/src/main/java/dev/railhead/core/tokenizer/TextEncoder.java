package dev.railhead.core.tokenizer;

/// Encodes the stretches of text between special tokens. One object serves one call and owns its buffers.
interface TextEncoder {
    /// @param text text without lone surrogates
    /// @param from where the stretch begins, inclusive
    /// @param to where it ends, exclusive
    /// @param afterSpecial whether the stretch begins the text or follows a special token
    /// @param out receives the token ids
    void encode(String text, int from, int to, boolean afterSpecial, TokenList out);
}
