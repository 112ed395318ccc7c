package dev.railhead.core.tokenizer;

/// The alternatives of pre-tokenizer patterns that are about words: apostrophes, case, spaces within.
final class WordRules {
    /// The endings of English that begin with an apostrophe, in lower case.
    static final Rule LOWER_CONTRACTION = new Rule("'s|'t|'re|'ve|'m|'ll|'d",
            (text, from, to) -> contractionEnd(text, from, to, 0));

    /// The same endings in any case.
    static final Rule CONTRACTION = new Rule("'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]",
            (text, from, to) -> contractionEnd(text, from, to, 0x20));

    /// Letters and marks as one word across single spaces, as long as a letter follows the space.
    static final Rule WORDS = new Rule("[^\\r\\n\\p{L}\\p{N}]?(?:\\p{L}\\p{M}*(?: \\p{L}\\p{M}*)*)+",
            WordRules::wordsEnd);

    private static final CharSet PREFIX = CharSet.of("[^\\r\\n\\p{L}\\p{N}]");

    private WordRules() {}

    /// @param caseBit 0x20 if upper case counts as lower case, else 0
    private static int contractionEnd(CharKinds text, int from, int to, int caseBit) {
        if (text.at(from) != '\'' || from + 1 >= to) {
            return Rule.NONE;
        }
        char first = (char) (text.at(from + 1) | caseBit);
        if (first == 's' || first == 't' || first == 'm' || first == 'd') {
            return from + 2;
        }
        if (from + 2 >= to) {
            return Rule.NONE;
        }
        char second = (char) (text.at(from + 2) | caseBit);
        boolean ending = (first == 'r' || first == 'v') && second == 'e' || first == 'l' && second == 'l';
        return ending ? from + 3 : Rule.NONE;
    }

    /// A rule's match, and a contraction after it if there is one.
    static Rule withContraction(Rule word) {
        return new Rule("(?:" + word.regex() + ")(?:" + CONTRACTION.regex() + ")?", (text, from, to) -> {
            int end = word.scan().end(text, from, to);
            return end >= 0 && end < to ? Math.max(end, contractionEnd(text, end, to, 0x20)) : end;
        });
    }

    /// Words that end where lower case turns into upper case, by ASCII's letters alone: all others are both.
    ///
    /// @param both kinds of the characters, beside ASCII's letters, that count as upper and as lower case
    static Rule cased(int both) {
        String letters = (both & CharKinds.MARK) != 0 ? "\\p{L}\\p{M}" : "\\p{L}";
        String upper = "[" + letters + "&&[^a-z]]";
        String lower = "[" + letters + "&&[^A-Z]]";
        String regex = PREFIX.regex() + "?" + upper + "*" + lower + "+|" + PREFIX.regex() + "?" + upper + "+" + lower
                + "*";
        return new Rule(regex, (text, from, to) -> {
            int begin = PREFIX.has(text, from) ? text.after(from) : from;
            int end = lowerEnd(text, begin, to, both);
            if (end < 0 && begin > from) { // what looked like a prefix may be a mark that is part of the word
                end = lowerEnd(text, from, to, both);
            }
            return end >= 0 ? end : upperEnd(text, begin, to, both);
        });
    }

    /// The end of upper case, if any, and then lower case.
    private static int lowerEnd(CharKinds text, int from, int to, int both) {
        int upperEnd = text.runEnd(CharKinds.UPPER | both, from, to);
        int end = text.runEnd(CharKinds.LOWER | both, upperEnd, to);
        if (end == upperEnd) { // no lower case follows, so the last character that is both must serve as such
            while (end > from && !text.is(both, end - 1)) {
                end--;
            }
        }
        return end > from ? end : Rule.NONE;
    }

    /// The end of upper case without lower case after it.
    private static int upperEnd(CharKinds text, int from, int to, int both) {
        int end = text.runEnd(CharKinds.UPPER | both, from, to);
        return end > from ? end : Rule.NONE;
    }

    private static int wordsEnd(CharKinds text, int from, int to) {
        int end = PREFIX.has(text, from) ? text.after(from) : from;
        if (!text.is(CharKinds.LETTER, end, to)) {
            return Rule.NONE;
        }
        while (true) {
            end = text.runEnd(CharKinds.LETTER | CharKinds.MARK, end, to);
            boolean spaceAndLetter = end < to && text.at(end) == ' ' && text.is(CharKinds.LETTER, end + 1, to);
            if (!spaceAndLetter) {
                return end;
            }
            end++;
        }
    }
}
