package dev.railhead.core.tokenizer;

import java.text.Normalizer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// What WordPiece makes of each character before it looks for tokens: accents stripped, lower case, and whether the
/// character is part of a word, a word of its own, between words, or nothing. Safe for use by any thread.
///
/// A page of 256 characters is worked out when the first of them is met.
final class WordCharacters {
    /// The kinds, above the code point in what [#get] gives.
    static final int KIND_SHIFT = 21;

    static final int NOTHING = 0;
    static final int BETWEEN = 1;
    static final int ALONE = 2;
    static final int PART = 3;

    private static final int PAGE = 256;
    private static final int REPLACEMENT = 0xFFFD;

    private final boolean lowercase;
    private final boolean stripAccents;
    private final AtomicReferenceArray<int[]> pages = new AtomicReferenceArray<>(
            (Character.MAX_CODE_POINT + 1) / PAGE);

    /// @param stripAccents whether characters are decomposed and lose their marks
    WordCharacters(boolean lowercase, boolean stripAccents) {
        this.lowercase = lowercase;
        this.stripAccents = stripAccents;
    }

    /// The kind of a character, shifted left by [#KIND_SHIFT], plus the code point that it becomes.
    int get(int codePoint) {
        int[] page = pages.get(codePoint / PAGE);
        if (page == null) {
            page = page(codePoint / PAGE * PAGE);
            pages.set(codePoint / PAGE, page);
        }
        return page[codePoint % PAGE];
    }

    private int[] page(int first) {
        int[] page = new int[PAGE];
        for (int i = 0; i < PAGE; i++) {
            int character = stripAccents && !Unicode15.isNewer(first + i) ? decomposed(first + i) : first + i;
            page[i] = kind(character) << KIND_SHIFT | (lowercase ? Unicode15.lowerCase(character) : character);
        }
        return page;
    }

    /// The first character of the canonical decomposition. The others are marks, which are stripped, except in Hangul:
    /// there the makers of BERT keep the vowels and finals, and llama.cpp, which we follow, drops them.
    private static int decomposed(int codePoint) {
        return Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFD).codePointAt(0);
    }

    private int kind(int c) {
        if (Character.isSpaceChar(c) || c >= '\t' && c <= '\r' || c == 0x85) { // Unicode's White_Space
            return BETWEEN;
        }
        return switch (Unicode15.type(c)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> NOTHING;
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK ->
                stripAccents ? NOTHING : PART;
            case Character.DASH_PUNCTUATION, Character.START_PUNCTUATION, Character.END_PUNCTUATION,
                    Character.CONNECTOR_PUNCTUATION, Character.OTHER_PUNCTUATION, Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION ->
                ALONE;
            case Character.MATH_SYMBOL, Character.CURRENCY_SYMBOL, Character.MODIFIER_SYMBOL ->
                c < 0x80 ? ALONE : PART; // in ASCII, no symbol is of another type
            default -> c == REPLACEMENT ? NOTHING : isChinese(c) ? ALONE : PART;
        };
    }

    /// The ranges of BERT's own tokenizer, with the one that llama.cpp has from U+2B920 on instead of U+2B820.
    private static boolean isChinese(int c) {
        return c >= 0x4E00 && c <= 0x9FFF || c >= 0x3400 && c <= 0x4DBF || c >= 0x20000 && c <= 0x2A6DF
                || c >= 0x2A700 && c <= 0x2B73F || c >= 0x2B740 && c <= 0x2B81F || c >= 0x2B920 && c <= 0x2CEAF
                || c >= 0xF900 && c <= 0xFAFF || c >= 0x2F800 && c <= 0x2FA1F;
    }
}
