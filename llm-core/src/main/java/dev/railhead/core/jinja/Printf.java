package dev.railhead.core.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The operator `%` of texts: `'%s is %d' % (name, number)`, `'%(name)s' % mapping`.
final class Printf {
    private static final int MAX_WIDTH = 1 << 20;

    private final Rendering run;
    private final Text format;
    private final String string;
    private final TextBuilder out;
    private final List<Object> values;
    private final @Nullable DictValue mapping;
    private final boolean mayBeUnused;
    private int nextValue;
    private int at;

    private Printf(Rendering run, Text format, Object values) {
        this.run = run;
        this.format = format;
        this.string = format.string();
        this.out = new TextBuilder(run.budget());
        this.values = values instanceof ListValue tuple && tuple.isTuple() ? tuple.items() : List.of(values);
        this.mapping = values instanceof DictValue dict ? dict : null;
        this.mayBeUnused = values instanceof DictValue || values instanceof Undefined
                || values instanceof ListValue list && !list.isTuple();
    }

    static Text format(Rendering run, Text format, Object values) {
        return new Printf(run, format, values).format();
    }

    private Text format() {
        boolean named = false;
        while (at < string.length()) {
            int percent = string.indexOf('%', at);
            if (percent < 0) {
                percent = string.length();
            }
            out.append(format, at, percent);
            at = percent + 1;
            if (percent < string.length()) {
                run.budget().step();
                named |= at < string.length() && string.charAt(at) == '(';
                place();
            }
        }
        if (!named && !mayBeUnused && nextValue < values.size()) {
            throw new Fault("not all arguments converted during string formatting");
        }
        return out.toText().withMarkup(format.isMarkup());
    }

    private void place() {
        Object named = peek() == '(' ? named() : null;
        String flags = flags();
        int width = number();
        int precision = -1;
        if (peek() == '.') {
            at++;
            precision = number();
        }
        char type = peek();
        at++;
        if (type == '%') {
            out.content("%");
            return;
        }
        Object given = named == null ? next() : named;
        boolean zeros = flags.contains("0") && "rsa".indexOf(type) < 0;
        char align = flags.contains("-") ? '<' : zeros ? '=' : '>';
        char sign = flags.contains("+") ? '+' : flags.contains(" ") ? ' ' : '-';
        var spec = new FormatSpec(align == '=' ? '0' : ' ', align, sign, flags.contains("#"), width, (char) 0,
                precision, type == 'i' || type == 'u' ? 'd' : type == 'r' || type == 'a' ? 's' : type);
        Object value = converted(type, given);
        Text written = (value instanceof Text ? spec.withType('s') : spec).write(run, value);
        out.append(format.isMarkup() ? Html.escape(run, written) : written);
    }

    private Object converted(char type, Object value) {
        return switch (type) {
            case 's' -> Printing.str(run, value);
            case 'r' -> Printing.repr(run, value);
            case 'a' -> Printing.ascii(run, value);
            case 'd', 'i', 'u' -> value instanceof Double real
                    ? Numbers.decimal(real).toBigInteger()
                    : integer(value, "%" + type + " format: a real number is required, not ");
            case 'x', 'X', 'o' -> integer(value, "%" + type + " format: an integer is required, not ");
            case 'e', 'E', 'f', 'F', 'g', 'G' -> Numbers.real(value);
            case 'c' -> value instanceof Text text && text.codePoints() == 1
                    ? text
                    : integer(value, "%c requires int or char, not ");
            default -> throw new Fault("unsupported format character '" + type + "' at index " + (at - 1));
        };
    }

    private static BigInteger integer(Object value, String refusal) {
        if (value instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (!Types.isInteger(value)) {
            throw new Fault(refusal + Types.name(value));
        }
        return Numbers.big(value);
    }

    private Object named() {
        int close = string.indexOf(')', at);
        if (close < 0) {
            throw new Fault("incomplete format key");
        }
        if (mapping == null) {
            throw new Fault("format requires a mapping");
        }
        String key = string.substring(at + 1, close);
        at = close + 1;
        Object value = mapping.get(key);
        if (value == null) {
            throw new Fault("'" + key + "'");
        }
        return value;
    }

    private String flags() {
        int from = at;
        while ("-+ #0".indexOf(peek()) >= 0) {
            at++;
        }
        return string.substring(from, at);
    }

    private int number() {
        if (peek() == '*') {
            at++;
            return (int) Math.min(MAX_WIDTH, Numbers.big(next()).longValue());
        }
        int number = 0;
        while (peek() >= '0' && peek() <= '9') {
            number = Math.min(MAX_WIDTH, number * 10 + peek() - '0');
            at++;
        }
        return number;
    }

    private char peek() {
        if (at >= string.length()) {
            throw new Fault("incomplete format");
        }
        return string.charAt(at);
    }

    private Object next() {
        if (nextValue >= values.size()) {
            throw new Fault("not enough arguments for format string");
        }
        return values.get(nextValue++);
    }
}
