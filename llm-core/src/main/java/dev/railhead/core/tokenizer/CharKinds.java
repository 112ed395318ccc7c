package dev.railhead.core.tokenizer;

/// A text with the kind of each of its characters, which is all that most pre-tokenizer patterns ask about. Both chars
/// of a surrogate pair have the kind of their character, so that runs of a kind never end within a pair. Used by one
/// thread.
final class CharKinds {
    /// Kinds, one bit each; 0 is anything else: controls, formats, private use, unassigned. The letters of ASCII have
    /// bits of their own, since llama.cpp tells upper from lower case there only.
    static final int UPPER = 1;
    static final int LOWER = 2;
    static final int OTHER_LETTER = 4;
    static final int MARK = 8;
    static final int NUMBER = 16;
    static final int PUNCTUATION = 32;
    static final int SYMBOL = 64;
    static final int SPACE = 128; // Unicode's White_Space

    static final int LETTER = UPPER | LOWER | OTHER_LETTER;

    private static final byte[] OF_CHAR = new byte[Character.MAX_VALUE + 1]; // surrogates have none

    static {
        for (int c = 0; c < OF_CHAR.length; c++) {
            OF_CHAR[c] = (byte) kindOf(c);
        }
    }

    private String text = "";
    private byte[] kinds = new byte[0];

    // The run of white space looked at last: patterns ask for it several times, and some cut a long one into many.
    private int spaceFrom;
    private int spaceLimit;
    private int spaceEnd;
    private int lineEnd;

    /// Looks at another text.
    void reset(String newText, int from, int to) {
        text = newText;
        spaceFrom = -1;
        spaceEnd = -1;
        if (kinds.length < to) {
            kinds = new byte[Math.max(to, kinds.length * 2)]; // a text between special tokens comes piece by piece
        }
        for (int i = from; i < to; i++) {
            kinds[i] = OF_CHAR[newText.charAt(i)];
            if (Character.isLowSurrogate(newText.charAt(i))) {
                byte kind = (byte) kindOf(newText.codePointAt(i - 1));
                kinds[i - 1] = kind;
                kinds[i] = kind;
            }
        }
    }

    /// The kind of a character.
    static int kindOf(int codePoint) {
        if (Character.isSpaceChar(codePoint) || codePoint >= '\t' && codePoint <= '\r' || codePoint == 0x85) {
            return SPACE;
        }
        return switch (Unicode15.type(codePoint)) {
            case Character.UPPERCASE_LETTER, Character.LOWERCASE_LETTER, Character.TITLECASE_LETTER,
                    Character.MODIFIER_LETTER, Character.OTHER_LETTER ->
                codePoint >= 0x80 ? OTHER_LETTER : codePoint <= 'Z' ? UPPER : LOWER;
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> MARK;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
            case Character.CONNECTOR_PUNCTUATION, Character.DASH_PUNCTUATION, Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION, Character.INITIAL_QUOTE_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION ->
                PUNCTUATION;
            case Character.MATH_SYMBOL, Character.CURRENCY_SYMBOL, Character.MODIFIER_SYMBOL, Character.OTHER_SYMBOL ->
                SYMBOL;
            default -> 0;
        };
    }

    char at(int index) {
        return text.charAt(index);
    }

    int codePointAt(int index) {
        return text.codePointAt(index);
    }

    /// Whether the character is of one of these kinds.
    boolean is(int kindsWanted, int index) {
        return (kinds[index] & kindsWanted) != 0;
    }

    /// Whether there is a character before `to`, and it is of one of these kinds.
    boolean is(int kindsWanted, int index, int to) {
        return index < to && is(kindsWanted, index);
    }

    /// Whether there is this text before `to`.
    boolean startsWith(String wanted, int from, int to) {
        return to - from >= wanted.length() && text.startsWith(wanted, from);
    }

    private boolean isLineEnd(int index) {
        char c = text.charAt(index);
        return c == '\n' || c == '\r';
    }

    /// Where the character that begins at an index ends.
    int after(int index) {
        return Character.isHighSurrogate(text.charAt(index)) ? index + 2 : index + 1;
    }

    /// Where a run of characters of these kinds ends: `from` if there is none.
    int runEnd(int kindsWanted, int from, int to) {
        int end = from;
        while (end < to && (kinds[end] & kindsWanted) != 0) {
            end++;
        }
        return end;
    }

    /// Where a run of characters of none of these kinds ends.
    int runEndWithout(int kindsUnwanted, int from, int to) {
        int end = from;
        while (end < to && (kinds[end] & kindsUnwanted) == 0) {
            end++;
        }
        return end;
    }

    /// Where a run of white space ends.
    int spaceEnd(int from, int to) {
        lookAtSpace(from, to);
        return spaceEnd;
    }

    /// Where the last line end in a run of white space ends; at most `from` if there is none.
    int lineEnd(int from, int to) {
        lookAtSpace(from, to);
        return lineEnd;
    }

    private void lookAtSpace(int from, int to) {
        if (from >= spaceFrom && from < spaceEnd && to == spaceLimit) {
            return;
        }
        spaceFrom = from;
        spaceLimit = to;
        spaceEnd = runEnd(SPACE, from, to);
        lineEnd = spaceEnd;
        while (lineEnd > from && !isLineEnd(lineEnd - 1)) {
            lineEnd--;
        }
    }
}
