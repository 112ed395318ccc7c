package dev.railhead.core.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/// Python's methods of `str`, but for searching and cutting, which [StringSearch] has, and the tests of [StringTests].
final class StringMethods {
    static final Builtins TABLE = new Builtins()
            .add("strip(chars=)", (run, self, a) -> strip(run, (Text) self, a, true, true))
            .add("lstrip(chars=)", (run, self, a) -> strip(run, (Text) self, a, true, false))
            .add("rstrip(chars=)", (run, self, a) -> strip(run, (Text) self, a, false, true))
            .add("upper()", (run, self, a) -> upper(run, (Text) self))
            .add("lower()", (run, self, a) -> lower(run, (Text) self))
            .add("casefold()", (run, self, a) -> Case.fold(run, (Text) self))
            .add("title()", (run, self, a) -> Case.title(run, (Text) self))
            .add("capitalize()", (run, self, a) -> Case.capitalize(run, (Text) self))
            .add("swapcase()", (run, self, a) -> Case.swap(run, (Text) self))
            .add("join(iterable)", (run, self, a) -> join(run, (Text) self, a.required(0)))
            .add("center(width, fillchar=)", (run, self, a) -> {
                Text text = (Text) self;
                int room = Math.max(0, a.integer(0, 0) - text.codePoints());
                int left = room / 2 + (room & a.integer(0, 0) & 1);
                return pad(run, text, a, left, room - left);
            })
            .add("ljust(width, fillchar=)",
                    (run, self, a) -> pad(run, (Text) self, a, 0, a.integer(0, 0) - ((Text) self).codePoints()))
            .add("rjust(width, fillchar=)",
                    (run, self, a) -> pad(run, (Text) self, a, a.integer(0, 0) - ((Text) self).codePoints(), 0))
            .add("zfill(width)", (run, self, a) -> zeros(run, (Text) self, a.integer(0, 0)))
            .add("removeprefix(prefix)", (run, self, a) -> {
                Text text = (Text) self;
                return text.string().startsWith(a.text(0).string())
                        ? cut(run, text, a.text(0).length(), text.length())
                        : text;
            })
            .add("removesuffix(suffix)", (run, self, a) -> {
                Text text = (Text) self;
                return text.string().endsWith(a.text(0).string())
                        ? cut(run, text, 0, text.length() - a.text(0).length())
                        : text;
            })
            .add("expandtabs(tabsize=)", (run, self, a) -> Case.expandTabs(run, (Text) self, a.integer(0, 8)))
            .addOpen("format", (run, self, arguments) -> StrFormat.format(run, (Text) self, arguments));

    static {
        StringSearch.addTo(TABLE);
        StringTests.addTo(TABLE);
    }

    private StringMethods() {}

    /// A part of a text, charged for.
    static Text cut(Rendering run, Text text, int from, int to) {
        if (to - from == text.length()) {
            return text;
        }
        run.budget().characters(to - from);
        return text.sub(from, to);
    }

    private static Text strip(Rendering run, Text text, Bound a, boolean left, boolean right) {
        return a.isNone(0)
                ? strip(run, text, Words::isSpace, left, right)
                : strip(run, text, a.text(0), left, right);
    }

    /// Without those characters at its ends that another text has.
    static Text strip(Rendering run, Text text, Text characters, boolean left, boolean right) {
        run.budget().search(text.length(), characters.length());
        return strip(run, text, c -> characters.string().indexOf(c) >= 0, left, right);
    }

    /// Without the characters at its ends that match.
    static Text strip(Rendering run, Text text, IntPredicate strips, boolean left, boolean right) {
        run.budget().read(text.length());
        String string = text.string();
        int from = 0;
        int to = string.length();
        while (left && from < to && strips.test(string.codePointAt(from))) {
            from += Character.charCount(string.codePointAt(from));
        }
        while (right && to > from && strips.test(string.codePointBefore(to))) {
            to -= Character.charCount(string.codePointBefore(to));
        }
        return cut(run, text, from, to);
    }

    static Text upper(Rendering run, Text text) {
        run.budget().text(text.length());
        return text.mapped(string -> string.toUpperCase(Locale.ROOT));
    }

    static Text lower(Rendering run, Text text) {
        run.budget().text(text.length());
        return text.mapped(string -> string.toLowerCase(Locale.ROOT));
    }

    private static Text join(Rendering run, Text separator, Object iterable) {
        List<Object> items = Iteration.of(iterable);
        if (separator.isMarkup()) {
            List<Object> escaped = new ArrayList<>(items.size());
            items.forEach(item -> escaped.add(Html.escape(run, Printing.str(run, item))));
            return Words.join(run, separator, escaped).withMarkup(true);
        }
        for (int i = 0; i < items.size(); i++) {
            run.budget().step();
            if (!(items.get(i) instanceof Text)) {
                throw new Fault("sequence item " + i + ": expected str instance, " + Types.name(items.get(i))
                        + " found");
            }
        }
        return Words.join(run, separator, items);
    }

    private static Text pad(Rendering run, Text text, Bound a, int left, int right) {
        Text fill = a.text(1, " ");
        if (fill.codePoints() != 1) {
            throw new Fault("The fill character must be exactly one character long");
        }
        var out = new TextBuilder(run.budget());
        repeat(out, fill, left);
        out.append(text);
        repeat(out, fill, right);
        return out.toText().withMarkup(text.isMarkup());
    }

    private static void repeat(TextBuilder out, Text fill, int times) {
        for (int i = 0; i < times; i++) {
            out.append(fill);
        }
    }

    private static Text zeros(Rendering run, Text text, int width) {
        boolean signed = text.string().startsWith("+") || text.string().startsWith("-");
        int sign = signed ? 1 : 0;
        return new TextBuilder(run.budget()).append(text, 0, sign).content('0', width - text.codePoints())
                .append(text, sign, text.length()).toText();
    }
}
