package dev.railhead.core.jinja;

import java.util.List;

/// Python's `str` and `repr`. The characters of texts keep their origin, all others are content.
final class Printing {
    private Printing() {}

    /// As a value is printed and joined: `str(value)`, and nothing for an undefined one.
    static Text str(Rendering run, Object value) {
        if (value instanceof Text text) {
            return text;
        }
        if (value instanceof Undefined) {
            return Text.EMPTY;
        }
        return repr(run, value);
    }

    /// As a value stands in a list.
    static Text repr(Rendering run, Object value) {
        var out = new TextBuilder(run.budget());
        write(run.budget(), value, out);
        return out.toText();
    }

    /// As [#repr(Rendering, Object)], with escapes for all characters that are not ASCII.
    static Text ascii(Rendering run, Object value) {
        Text text = repr(run, value);
        String string = text.string();
        var out = new TextBuilder(run.budget());
        int plain = 0;
        int next;
        for (int i = 0; i < string.length(); i = next) {
            int c = string.codePointAt(i);
            next = i + Character.charCount(c);
            if (c >= 0x80) {
                out.append(text, plain, i).content(hex(c));
                plain = next;
            }
        }
        return out.append(text, plain, string.length()).toText();
    }

    private static void write(Budget budget, Object value, TextBuilder out) {
        budget.step();
        switch (value) {
            case Text text -> quote(text, out);
            case None _ -> out.content("None");
            case Boolean bool -> out.content(bool ? "True" : "False");
            case Double real -> out.content(FloatText.of(real));
            case ListValue(List<Object> items, boolean isTuple, _) when isTuple -> {
                list(budget, "(", items, items.size() == 1 ? ",)" : ")", out);
            }
            case ListValue list -> list(budget, "[", list.items(), "]", out);
            case View view -> list(budget, view.type() + "([", view.items(), "])", out);
            case DictValue dict -> dict(budget, dict, out);
            case RangeValue(long start, long stop, long step) -> out.content(
                    "range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")");
            case Namespace namespace -> {
                out.content("<Namespace ");
                var dict = new DictValue();
                namespace.attributes().forEach((name, item) -> dict.put(budget, Text.content(name), item));
                write(budget, dict, out);
                out.content(">");
            }
            case Undefined _ -> out.content("Undefined");
            case Macro macro -> out.content(macro.toString());
            case Callable callable -> out.content("<function " + callable.name() + ">");
            case Generator _ -> out.content("<generator object>");
            default -> out.content(value.toString());
        }
    }

    private static void list(Budget budget, String open, List<Object> items, String close, TextBuilder out) {
        budget.enter();
        out.content(open);
        for (int i = 0; i < items.size(); i++) {
            out.content(i == 0 ? "" : ", ");
            write(budget, items.get(i), out);
        }
        out.content(close);
        budget.leave();
    }

    private static void dict(Budget budget, DictValue dict, TextBuilder out) {
        budget.enter();
        String separator = "{";
        for (DictValue.Entry entry : dict.entries()) {
            out.content(separator);
            write(budget, entry.key(), out);
            out.content(": ");
            write(budget, entry.value(), out);
            separator = ", ";
        }
        out.content(dict.size() == 0 ? "{}" : "}");
        budget.leave();
    }

    private static void quote(Text text, TextBuilder out) {
        String string = text.string();
        char quote = string.indexOf('\'') >= 0 && string.indexOf('"') < 0 ? '"' : '\'';
        if (text.isMarkup()) {
            out.content("Markup(");
        }
        out.content(quote, 1);
        int plain = 0;
        int next;
        for (int i = 0; i < string.length(); i = next) {
            int c = string.codePointAt(i);
            next = i + Character.charCount(c);
            String escaped = escape(c, quote);
            if (!escaped.isEmpty()) {
                out.append(text, plain, i).content(escaped);
                plain = next;
            }
        }
        out.append(text, plain, string.length()).content(quote, 1);
        if (text.isMarkup()) {
            out.content(")");
        }
    }

    private static String escape(int c, char quote) {
        if (c == quote || c == '\\') {
            return "\\" + (char) c;
        }
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> isPrintable(c) ? "" : hex(c);
        };
    }

    private static String hex(int c) {
        return c < 0x100
                ? String.format("\\x%02x", c)
                : c < 0x10000
                        ? String.format("\\u%04x", c)
                        : String.format("\\U%08x", c);
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}
