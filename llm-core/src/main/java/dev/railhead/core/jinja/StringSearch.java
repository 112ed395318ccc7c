package dev.railhead.core.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/// Python's methods of `str` that search and cut.
final class StringSearch {
    private StringSearch() {}

    static void addTo(Builtins table) {
        table.add("startswith(prefix, start=, end=)", (run, self, a) -> affix(run, self, a, String::startsWith))
                .add("endswith(suffix, start=, end=)", (run, self, a) -> affix(run, self, a, String::endsWith))
                .add("find(sub, start=, end=)", (run, self, a) -> find(run, (Text) self, a, false))
                .add("rfind(sub, start=, end=)", (run, self, a) -> find(run, (Text) self, a, true))
                .add("index(sub, start=, end=)", (run, self, a) -> found(find(run, (Text) self, a, false)))
                .add("rindex(sub, start=, end=)", (run, self, a) -> found(find(run, (Text) self, a, true)))
                .add("count(sub, start=, end=)", (run, self, a) -> count(run, (Text) self, a))
                .add("replace(old, new, count=)", (run, self, a) -> {
                    Text text = (Text) self;
                    Text replacement = text.isMarkup() ? Html.escape(run, a.text(1)) : a.text(1);
                    return Search.replace(run, text, a.text(0), replacement, a.integer(2, -1));
                })
                .add("split(sep=, maxsplit=)", (run, self, a) -> ListValue.list(split(run, (Text) self, a)))
                .add("rsplit(sep=, maxsplit=)", (run, self, a) -> ListValue.list(splitFromEnd(run, (Text) self, a)))
                .add("splitlines(keepends=)",
                        (run, self, a) -> ListValue.list(lines(run, (Text) self, a.truth(0, false))))
                .add("partition(sep)", (run, self, a) -> {
                    Text text = (Text) self;
                    int at = Search.find(run.budget(), text, separator(a), 0, text.length());
                    Text none = Text.EMPTY.withMarkup(text.isMarkup());
                    return at < 0 ? ListValue.tuple(text, none, none) : parts(run, text, a, at);
                })
                .add("rpartition(sep)", (run, self, a) -> {
                    Text text = (Text) self;
                    int at = Search.findLast(run.budget(), text, separator(a), 0, text.length());
                    Text none = Text.EMPTY.withMarkup(text.isMarkup());
                    return at < 0 ? ListValue.tuple(none, none, text) : parts(run, text, a, at);
                });
    }

    /// The part of a text that the arguments 1 and 2 limit, as they limit a slice.
    private static Text part(Rendering run, Text text, Bound a) {
        return (Text) Slices.of(run, text, a.get(1, None.NONE), a.get(2, None.NONE), None.NONE);
    }

    private static boolean affix(Rendering run, Object self, Bound a, BiPredicate<String, String> matches) {
        if (!a.isNone(1) && a.integer(1, 0) > ((Text) self).codePoints()) {
            return false; // not even the empty string is there
        }
        String part = part(run, (Text) self, a).string();
        if (a.required(0) instanceof ListValue(List<Object> affixes, boolean isTuple, _) && isTuple) {
            run.budget().steps(affixes.size());
            return affixes.stream().anyMatch(affix -> affix instanceof Text t && matches.test(part, t.string()));
        }
        return matches.test(part, a.text(0).string());
    }

    private static long find(Rendering run, Text text, Bound a, boolean last) {
        int length = text.codePoints();
        long start = a.isNone(1) ? 0 : a.integer(1, 0);
        long first = start < 0 ? Math.max(0, start + length) : start;
        Text within = part(run, text, a);
        Text wanted = a.text(0);
        int found = last
                ? Search.findLast(run.budget(), within, wanted, 0, within.length())
                : Search.find(run.budget(), within, wanted, 0, within.length());
        return found < 0 || first > length ? -1 : first + within.string().codePointCount(0, found);
    }

    private static long found(long index) {
        if (index < 0) {
            throw new Fault("substring not found");
        }
        return index;
    }

    private static long count(Rendering run, Text text, Bound a) {
        Text sub = a.text(0);
        if (!a.isNone(1) && a.integer(1, 0) > text.codePoints()) {
            return 0; // not even the empty string is there
        }
        Text part = part(run, text, a);
        if (sub.isEmpty()) {
            return part.codePoints() + 1L;
        }
        run.budget().search(part.length(), sub.length());
        long count = 0;
        for (int at = part.string().indexOf(sub.string()); at >= 0; count++) {
            at = part.string().indexOf(sub.string(), at + sub.length());
        }
        return count;
    }

    private static Text separator(Bound a) {
        if (a.text(0).isEmpty()) {
            throw new Fault("empty separator");
        }
        return a.text(0);
    }

    private static ListValue parts(Rendering run, Text text, Bound a, int at) {
        int after = at + a.text(0).length();
        return ListValue.tuple(StringMethods.cut(run, text, 0, at), a.text(0),
                StringMethods.cut(run, text, after, text.length()));
    }

    private static int cuts(Bound a) {
        int cuts = a.integer(1, -1);
        return cuts < 0 ? Integer.MAX_VALUE : cuts;
    }

    private static List<Object> split(Rendering run, Text text, Bound a) {
        if (a.isNone(0)) {
            return Words.split(run, text, cuts(a));
        }
        Text separator = separator(a);
        run.budget().search(text.length(), separator.length());
        run.budget().characters(text.length());
        List<Object> parts = new ArrayList<>();
        int from = 0;
        for (int left = cuts(a); left > 0; left--) {
            int at = text.string().indexOf(separator.string(), from);
            if (at < 0) {
                break;
            }
            run.budget().step();
            parts.add(text.sub(from, at));
            from = at + separator.length();
        }
        parts.add(text.sub(from, text.length()));
        return parts;
    }

    private static List<Object> splitFromEnd(Rendering run, Text text, Bound a) {
        if (a.isNone(0)) {
            return Words.splitFromEnd(run, text, cuts(a));
        }
        Text separator = separator(a);
        run.budget().search(text.length(), separator.length());
        run.budget().characters(text.length());
        List<Object> parts = new ArrayList<>();
        int to = text.length();
        for (int left = cuts(a); left > 0; left--) {
            int at = text.string().lastIndexOf(separator.string(), to - separator.length());
            if (at < 0) {
                break;
            }
            run.budget().step();
            parts.addFirst(text.sub(at + separator.length(), to));
            to = at;
        }
        parts.addFirst(text.sub(0, to));
        return parts;
    }

    /// The lines; `\r\n` is one line break, and so are the other characters that Python takes for one.
    static List<Object> lines(Rendering run, Text text, boolean keepEnds) {
        String string = text.string();
        run.budget().characters(text.length());
        List<Object> lines = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < string.length(); i++) {
            if (isLineBreak(string.charAt(i))) {
                run.budget().step();
                boolean two = string.startsWith("\r\n", i);
                int next = i + (two ? 2 : 1);
                lines.add(text.sub(from, keepEnds ? next : i));
                from = next;
                i = next - 1;
            }
        }
        if (from < string.length()) {
            lines.add(text.sub(from, string.length()));
        }
        return lines;
    }

    private static boolean isLineBreak(char c) {
        return c >= '\n' && c <= '\r' || c >= 0x1C && c <= 0x1E || c == 0x85 || c == 0x2028 || c == 0x2029;
    }
}
