package dev.railhead.core.jinja;

import java.util.Locale;
import java.util.stream.Collectors;

/// Changes of case that look at neighbours.
final class Case {
    /// Its capital is that of `i`, and yet it is another letter.
    private static final int DOTLESS_I = 0x131;

    private Case() {}

    /// The first letter of each run of letters in title case, the others small.
    static Text title(Rendering run, Text text) {
        run.budget().text(text.length());
        return text.mapped(string -> {
            var out = new StringBuilder(string.length());
            boolean inWord = false;
            for (int i = 0; i < string.length(); i += Character.charCount(string.codePointAt(i))) {
                int c = string.codePointAt(i);
                out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
                inWord = Character.isLetter(c);
            }
            return out.toString();
        });
    }

    /// The first character in title case, the others small.
    static Text capitalize(Rendering run, Text text) {
        run.budget().text(text.length());
        if (text.isEmpty()) {
            return text;
        }
        int first = Character.charCount(text.string().codePointAt(0));
        Text begin = text.sub(0, first).mapped(string -> string.codePoints().map(Character::toTitleCase)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString());
        Text rest = text.sub(first, text.length()).mapped(string -> string.toLowerCase(Locale.ROOT));
        return new TextBuilder(run.budget()).append(begin).append(rest).toText().withMarkup(text.isMarkup());
    }

    /// As texts are compared without case: `ß` is `ss`.
    static Text fold(Rendering run, Text text) {
        run.budget().text(text.length());
        return text.mapped(string -> string.codePoints()
                .mapToObj(c -> c == DOTLESS_I
                        ? Character.toString(c)
                        : Character.toString(c).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining()));
    }

    static Text swap(Rendering run, Text text) {
        run.budget().text(text.length());
        return text.mapped(string -> string.codePoints()
                .mapToObj(c -> Character.isUpperCase(c)
                        ? Character.toString(c).toLowerCase(Locale.ROOT)
                        : Character.toString(c).toUpperCase(Locale.ROOT))
                .collect(Collectors.joining()));
    }

    /// As the filter `title` does it: a word begins after white space or one of `-({[<`.
    static Text words(Rendering run, Text text) {
        run.budget().text(text.length());
        return text.mapped(string -> {
            var out = new StringBuilder(string.length());
            boolean begins = true;
            for (int i = 0; i < string.length(); i += Character.charCount(string.codePointAt(i))) {
                int c = string.codePointAt(i);
                out.append(begins
                        ? Character.toString(c).toUpperCase(Locale.ROOT)
                        : Character.toString(c).toLowerCase(Locale.ROOT));
                begins = Words.isSpace(c) || "-({[<".indexOf(c) >= 0;
            }
            return out.toString();
        });
    }

    /// Tabs as spaces up to the next column that is a multiple of the tab size.
    static Text expandTabs(Rendering run, Text text, int size) {
        var out = new TextBuilder(run.budget());
        int column = 0;
        for (Object character : Iteration.of(text)) {
            run.budget().step();
            Text c = (Text) character;
            switch (c.string()) {
                case "\t" -> {
                    int spaces = size > 0 ? size - column % size : 0;
                    out.content(' ', spaces);
                    column += spaces;
                }
                case "\n", "\r" -> {
                    out.append(c);
                    column = 0;
                }
                default -> {
                    out.append(c);
                    column++;
                }
            }
        }
        return out.toText();
    }
}
