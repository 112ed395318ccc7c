package dev.railhead.core.tokenizer;

import java.util.BitSet;
import java.util.Map;

/// A set of characters, written as a regular expression's class: kinds (`\p{L}`, `\p{M}`, `\p{N}`, `\p{P}`, `\p{S}`,
/// `\s`), characters and ranges, `^` before them, `&&[^…]` after them. Immutable.
final class CharSet {
    private static final Map<Character, Integer> KINDS = Map.of('L', CharKinds.LETTER, 'M', CharKinds.MARK, 'N',
            CharKinds.NUMBER, 'P', CharKinds.PUNCTUATION, 'S', CharKinds.SYMBOL);
    private static final Map<Character, Character> ESCAPES = Map.of('n', '\n', 'r', '\r', 't', '\t');

    private static final BitSet LINE_ENDS = new BitSet();

    static {
        LINE_ENDS.set('\n');
        LINE_ENDS.set('\r');
    }

    private final String regex;
    private final boolean negated;
    private final Items items;
    private final Items except;

    private static final class Items {
        private int kinds;
        private final BitSet characters = new BitSet();

        boolean has(CharKinds text, int index) {
            return text.is(kinds, index) || characters.get(text.codePointAt(index));
        }

        boolean hasKindsOnly() {
            return characters.isEmpty();
        }
    }

    private CharSet(String regex, boolean negated, Items items, Items except) {
        this.regex = regex;
        this.negated = negated;
        this.items = items;
        this.except = except;
    }

    /// The set of a class in brackets. Only for the tables of this package: anything else than described above is
    /// misread.
    static CharSet of(String regex) {
        boolean negated = regex.startsWith("[^");
        int cut = regex.indexOf("&&[^");
        String own = regex.substring(negated ? 2 : 1, cut < 0 ? regex.length() - 1 : cut);
        String less = cut < 0 ? "" : regex.substring(cut + 4, regex.length() - 2);
        return new CharSet(regex, negated, items(own), items(less));
    }

    private static Items items(String body) {
        Items items = new Items();
        int[] characters = body.codePoints().toArray();
        for (int i = 0; i < characters.length; i++) {
            int first = characters[i];
            if (first == '\\') {
                char escaped = (char) characters[++i];
                if (escaped == 's') {
                    items.kinds |= CharKinds.SPACE;
                    continue;
                }
                if (escaped == 'p') {
                    items.kinds |= KINDS.getOrDefault((char) characters[i + 2], 0);
                    i += 3; // {L}
                    continue;
                }
                first = ESCAPES.getOrDefault(escaped, escaped);
            }
            boolean range = i + 2 < characters.length && characters[i + 1] == '-';
            items.characters.set(first, 1 + (range ? characters[i + 2] : first));
            i += range ? 2 : 0;
        }
        if ((items.kinds & CharKinds.SPACE) != 0) {
            items.characters.andNot(LINE_ENDS); // named beside \s by some patterns
        }
        return items;
    }

    /// The class as it was given.
    String regex() {
        return regex;
    }

    boolean has(CharKinds text, int index) {
        return (items.has(text, index) && !except.has(text, index)) != negated;
    }

    /// Where a run of these characters ends: `from` if there is none.
    int runEnd(CharKinds text, int from, int to) {
        if (items.hasKindsOnly() && except.hasKindsOnly() && except.kinds == 0) {
            return negated ? text.runEndWithout(items.kinds, from, to) : text.runEnd(items.kinds, from, to);
        }
        int end = from;
        while (end < to && has(text, end)) {
            end = text.after(end);
        }
        return end;
    }
}
