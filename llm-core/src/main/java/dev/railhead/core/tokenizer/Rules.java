package dev.railhead.core.tokenizer;

/// The alternatives that pre-tokenizer patterns are made of; those of words with letters are in [WordRules].
final class Rules {
    /// White space up to its last line end.
    static final Rule LINE_ENDS = new Rule("\\s*[\\r\\n]+", (text, from, to) -> {
        int end = text.lineEnd(from, to);
        return end > from ? end : Rule.NONE;
    });

    /// White space but the last character before a word, which goes with the word.
    static final Rule SPACES_BUT_LAST = new Rule("\\s+(?!\\S)", (text, from, to) -> {
        int spaceEnd = text.spaceEnd(from, to);
        int end = spaceEnd == to ? to : spaceEnd - 1;
        return end > from ? end : Rule.NONE;
    });

    static final Rule SPACES = new Rule("\\s+", (text, from, to) -> {
        int end = text.spaceEnd(from, to);
        return end > from ? end : Rule.NONE;
    });

    private Rules() {}

    /// A run of some characters.
    static Rule run(String set) {
        CharSet characters = CharSet.of(set);
        return new Rule(set + "+", (text, from, to) -> some(characters.runEnd(text, from, to), from));
    }

    /// A single character.
    static Rule one(String set) {
        CharSet characters = CharSet.of(set);
        return new Rule(set, (text, from, to) -> characters.has(text, from) ? text.after(from) : Rule.NONE);
    }

    /// One to some number of characters.
    static Rule upTo(int count, String set) {
        CharSet characters = CharSet.of(set);
        return new Rule(set + "{1," + count + "}", (text, from, to) -> {
            int end = from;
            for (int i = 0; i < count && end < to && characters.has(text, end); i++) {
                end = text.after(end);
            }
            return some(end, from);
        });
    }

    /// Exactly so many characters.
    static Rule exactly(int count, String set) {
        CharSet characters = CharSet.of(set);
        return new Rule(set + "{" + count + "}", (text, from, to) -> {
            int end = from;
            for (int i = 0; i < count; i++) {
                if (end >= to || !characters.has(text, end)) {
                    return Rule.NONE;
                }
                end = text.after(end);
            }
            return end;
        });
    }

    /// A run of some characters, and one of others before it if there is one.
    static Rule prefixed(String prefix, String set) {
        CharSet prefixes = CharSet.of(prefix);
        CharSet characters = CharSet.of(set);
        return new Rule(prefix + "?" + set + "+",
                (text, from, to) -> prefixedEnd(prefixes, characters, text, from, to));
    }

    /// As [#prefixed], and a run of some others after it.
    static Rule prefixed(String prefix, String set, String suffix) {
        Rule before = prefixed(prefix, set);
        CharSet suffixes = CharSet.of(suffix);
        return new Rule(before.regex() + suffix + "*", (text, from, to) -> {
            int end = before.scan().end(text, from, to);
            return end < 0 ? Rule.NONE : suffixes.runEnd(text, end, to);
        });
    }

    /// As [#prefixed], and one of some others after it if there is one.
    static Rule prefixedThenOne(String prefix, String set, String suffix) {
        Rule before = prefixed(prefix, set);
        CharSet suffixes = CharSet.of(suffix);
        return new Rule(before.regex() + suffix + "?", (text, from, to) -> {
            int end = before.scan().end(text, from, to);
            return end >= 0 && end < to && suffixes.has(text, end) ? text.after(end) : end;
        });
    }

    static int prefixedEnd(CharSet prefixes, CharSet characters, CharKinds text, int from, int to) {
        int begin = prefixes.has(text, from) ? text.after(from) : from;
        int end = characters.runEnd(text, begin, to);
        if (end == begin && begin > from) { // what looked like a prefix may be the run
            begin = from;
            end = characters.runEnd(text, begin, to);
        }
        return some(end, begin);
    }

    /// A run of some characters after one of others.
    static Rule after(String first, String set) {
        CharSet firsts = CharSet.of(first);
        CharSet characters = CharSet.of(set);
        return new Rule(first + set + "+", (text, from, to) -> firsts.has(text, from)
                ? some(characters.runEnd(text, from + 1, to), from + 1)
                : Rule.NONE);
    }

    /// Some fixed text.
    static Rule literal(String literal) {
        return new Rule(literal, (text, from, to) -> text.startsWith(literal, from, to)
                ? from + literal.length()
                : Rule.NONE);
    }

    /// One to some number of characters between two fixed texts, neither of which begins with one of them.
    static Rule between(String left, String set, int count, String right) {
        CharSet characters = CharSet.of(set);
        return new Rule(left + set + "{1," + count + "}" + right, (text, from, to) -> {
            if (!text.startsWith(left, from, to)) {
                return Rule.NONE;
            }
            int begin = from + left.length();
            int end = characters.runEnd(text, begin, begin + Math.min(count, to - begin));
            return end > begin && text.startsWith(right, end, to) ? end + right.length() : Rule.NONE;
        });
    }

    /// White space in pieces of at most 512: the largest power of two that leaves a character for the next word.
    static Rule halvedSpaces() {
        StringBuilder regex = new StringBuilder();
        for (int length = 512; length > 2; length /= 2) {
            regex.append("\\s{").append(length).append("}(?!\\S)|");
        }
        return new Rule(regex + "\\s{1,2}(?!\\S)|\\s{1}", (text, from, to) -> {
            int spaceEnd = text.spaceEnd(from, to);
            int most = spaceEnd == to ? to - from : spaceEnd - from - 1;
            int length = Math.min(512, Integer.highestOneBit(Math.max(1, most)));
            return spaceEnd > from ? from + length : Rule.NONE;
        });
    }

    private static int some(int end, int from) {
        return end > from ? end : Rule.NONE;
    }
}
