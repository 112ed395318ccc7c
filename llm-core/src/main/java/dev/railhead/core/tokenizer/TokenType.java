package dev.railhead.core.tokenizer;

/// What a token is, in the order of GGUF's `tokenizer.ggml.token_type` numbers.
enum TokenType {
    UNDEFINED, NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE;

    private static final TokenType[] BY_NUMBER = values();

    static final int MAX = BYTE.ordinal();

    static TokenType of(int number) {
        return BY_NUMBER[number];
    }

    /// Whether the token has no text of its own.
    boolean isSpecial() {
        return this == CONTROL || this == UNKNOWN;
    }

    /// Whether the token is cut out of the text before the algorithm sees it.
    boolean isSplitOut() {
        return isSpecial() || this == USER_DEFINED;
    }
}
