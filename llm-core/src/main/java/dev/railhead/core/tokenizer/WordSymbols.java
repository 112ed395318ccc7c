package dev.railhead.core.tokenizer;

/// How a word becomes the symbols that BPE merges, and what becomes of symbols that are no token: one implementation
/// per way of writing tokens. Immutable.
interface WordSymbols {
    /// The token whose text is this word, or −1.
    int whole(String text, int from, int to);

    /// Appends a word's symbols to a merger.
    void append(String text, int from, int to, Merger merger);

    /// Adds the tokens of what has merged.
    void addTokens(String text, int from, int to, Merger merged, TokenList out);

    /// The bytes that a token stands for.
    byte[] piece(int id);
}
