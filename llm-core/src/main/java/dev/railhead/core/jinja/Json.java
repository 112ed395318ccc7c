package dev.railhead.core.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Python's `json.dumps`. The characters of texts keep their origin, all others are content.
final class Json {
    /// How it is written.
    ///
    /// @param ascii whether all other characters are escaped
    /// @param pretty whether each item has a line of its own
    /// @param indent of each level, if pretty
    record Style(boolean ascii, boolean pretty, String indent, Text itemSeparator, Text keySeparator,
            boolean sortKeys) {}

    private final Rendering run;
    private final Style style;
    private final TextBuilder out;

    private Json(Rendering run, Style style) {
        this.run = run;
        this.style = style;
        this.out = new TextBuilder(run.budget());
    }

    static Text write(Rendering run, Object value, Style style) {
        var json = new Json(run, style);
        json.value(value, 0);
        return json.out.toText();
    }

    private void value(Object value, int level) {
        run.budget().step();
        switch (value) {
            case Text text -> string(text);
            case None _ -> out.content("null");
            case Boolean bool -> out.content(bool.toString());
            case Long _,BigInteger _ -> out.content(value.toString());
            case Double real -> out.content(real(real));
            case ListValue list -> list(list.items(), level);
            case DictValue dict -> dict(dict, level);
            default -> throw new Fault("Object of type " + Types.name(value) + " is not JSON serializable");
        }
    }

    private static String real(double value) {
        return Double.isNaN(value)
                ? "NaN"
                : Double.isInfinite(value)
                        ? value > 0 ? "Infinity" : "-Infinity"
                        : FloatText.of(value);
    }

    private void list(List<Object> items, int level) {
        if (items.isEmpty()) {
            out.content("[]");
            return;
        }
        run.budget().enter();
        out.content("[");
        for (int i = 0; i < items.size(); i++) {
            separate(i, level + 1);
            value(items.get(i), level + 1);
        }
        close(level, "]");
    }

    private void dict(DictValue dict, int level) {
        if (dict.size() == 0) {
            out.content("{}");
            return;
        }
        run.budget().enter();
        out.content("{");
        List<DictValue.Entry> entries = new ArrayList<>(dict.entries());
        if (style.sortKeys) {
            run.budget().steps(entries.size());
            entries.sort(Comparator.comparing(DictValue.Entry::key,
                    (a, b) -> Ordering.compare(run.budget(), a, b, "<")));
        }
        for (int i = 0; i < entries.size(); i++) {
            separate(i, level + 1);
            string(key(entries.get(i).key()));
            out.append(style.keySeparator);
            value(entries.get(i).value(), level + 1);
        }
        close(level, "}");
    }

    private void separate(int index, int level) {
        if (index > 0) {
            out.append(style.itemSeparator);
        }
        line(level);
    }

    private void close(int level, String bracket) {
        line(level);
        out.content(bracket);
        run.budget().leave();
    }

    private void line(int level) {
        if (style.pretty) {
            out.content("\n");
            for (int i = 0; i < level; i++) {
                out.content(style.indent);
            }
        }
    }

    private static Text key(Object key) {
        return switch (key) {
            case Text text -> text;
            case None _ -> Text.content("null");
            case Boolean bool -> Text.content(bool.toString());
            case Long _,BigInteger _ -> Text.content(key.toString());
            case Double real -> Text.content(real(real));
            default -> throw new Fault("keys must be str, int, float, bool or None, not " + Types.name(key));
        };
    }

    private void string(Text text) {
        out.content("\"");
        String string = text.string();
        int plain = 0;
        for (int i = 0; i < string.length(); i++) {
            String escaped = escape(string.charAt(i), style.ascii);
            if (!escaped.isEmpty()) {
                out.append(text, plain, i).content(escaped);
                plain = i + 1;
            }
        }
        out.append(text, plain, string.length()).content("\"");
    }

    private static String escape(char c, boolean ascii) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            default -> c < ' ' || ascii && c > '~' ? String.format("\\u%04x", (int) c) : "";
        };
    }
}
