package dev.railhead.core.tokenizer;

/// One alternative of a pre-tokenizer pattern: a loop over the text that takes time in proportion to what it matches and
/// no stack, and the regular expression that matches the same, for readers and tests.
///
/// @param regex `\s` is Unicode's white space
/// @param scan the loop
record Rule(String regex, Scan scan) {
    /// What a scan answers if nothing matches.
    static final int NONE = -1;

    /// Looks for a match at one place.
    interface Scan {
        /// @param from where the match must begin; there is a character
        /// @param to end of the piece of text; nothing beyond is looked at
        /// @return where the match ends, after `from`, or [#NONE]
        int end(CharKinds text, int from, int to);
    }
}
