package dev.railhead.core.jinja;

import org.jspecify.annotations.Nullable;

/// `str.format`: `'{} {0} {name!r:>10}'`.
final class StrFormat {
    private static final int MAX_WIDTH = 1 << 20;

    private final Rendering run;
    private final Text format;
    private final String string;
    private final Arguments arguments;
    private int nextPosition;
    private boolean isNested;
    private boolean isNumbered;

    private StrFormat(Rendering run, Text format, Arguments arguments) {
        this.run = run;
        this.format = format;
        this.string = format.string();
        this.arguments = arguments;
    }

    static Text format(Rendering run, Text format, Arguments arguments) {
        return new StrFormat(run, format, arguments).format().withMarkup(format.isMarkup());
    }

    private Text format() {
        var out = new TextBuilder(run.budget());
        int at = 0;
        while (at < string.length()) {
            char c = string.charAt(at);
            if (c != '{' && c != '}') {
                int plain = at;
                while (at < string.length() && string.charAt(at) != '{' && string.charAt(at) != '}') {
                    at++;
                }
                out.append(format, plain, at);
            } else if (at + 1 < string.length() && string.charAt(at + 1) == c) {
                out.append(format, at, at + 1);
                at += 2;
            } else if (c == '}') {
                throw new Fault("Single '}' encountered in format string");
            } else {
                run.budget().step();
                int close = close(at);
                Text written = field(string.substring(at + 1, close));
                out.append(format.isMarkup() ? Html.escape(run, written) : written);
                at = close + 1;
            }
        }
        return out.toText();
    }

    private int close(int open) {
        int depth = 0;
        for (int i = open; i < string.length(); i++) {
            depth += string.charAt(i) == '{' ? 1 : string.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw new Fault("expected '}' before end of string");
    }

    private Text field(String field) {
        int colon = field.indexOf(':');
        String head = colon < 0 ? field : field.substring(0, colon);
        String spec = colon < 0 ? "" : field.substring(colon + 1);
        int conversion = head.indexOf('!');
        Object value = value(conversion < 0 ? head : head.substring(0, conversion));
        if (conversion >= 0) {
            value = switch (head.substring(conversion)) {
                case "!s" -> Printing.str(run, value);
                case "!r" -> Printing.repr(run, value);
                case "!a" -> Printing.ascii(run, value);
                default -> throw new Fault("Unknown conversion specifier '" + head.substring(conversion + 1) + "'");
            };
        }
        if (spec.contains("{")) {
            if (isNested) {
                throw new Fault("Max string recursion exceeded");
            }
            spec = new StrFormat(run, Text.content(spec), arguments).continuing(this).format().string();
        }
        return spec(spec).format(run, value);
    }

    private StrFormat continuing(StrFormat outer) {
        isNested = true;
        nextPosition = outer.nextPosition;
        return this;
    }

    private Object value(String path) {
        int end = 0;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
            end++;
        }
        Object value = argument(path.substring(0, end));
        while (end < path.length()) {
            boolean item = path.charAt(end) == '[';
            int from = end + 1;
            end = from;
            while (end < path.length() && (item
                    ? path.charAt(end) != ']'
                    : path.charAt(end) != '.' && path.charAt(end) != '[')) {
                end++;
            }
            String name = path.substring(from, end);
            Long index = item ? index(name) : null;
            value = item
                    ? Attributes.item(run, value, index != null ? index : Text.content(name))
                    : Attributes.attribute(run, value, name);
            end += item ? 1 : 0;
        }
        return value;
    }

    private Object argument(String name) {
        Long written = index(name);
        isNumbered |= written != null;
        if (name.isEmpty()) {
            written = (long) nextPosition++;
        }
        if (isNumbered && nextPosition > 0) {
            throw new Fault("cannot switch between automatic field numbering and manual field specification");
        }
        if (written != null) {
            if (written >= arguments.positional().size()) {
                throw new Fault("Replacement index " + written + " out of range for positional args tuple");
            }
            return arguments.positional().get(written.intValue());
        }
        Object value = arguments.named().get(name);
        if (value == null) {
            throw new Fault("'" + name + "'");
        }
        return value;
    }

    private static @Nullable Long index(String name) {
        boolean digits = !name.isEmpty() && name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Long.valueOf(name) : null;
    }

    /// Reads `[[fill]align][sign][#][0][width][,][.precision][type]`.
    private static FormatSpec spec(String spec) {
        int at = 0;
        int fill = ' ';
        char align = 0;
        int second = spec.isEmpty() ? 0 : Character.charCount(spec.codePointAt(0));
        if (second < spec.length() && isAlign(spec.charAt(second))) {
            fill = spec.codePointAt(0);
            align = spec.charAt(second);
            at = second + 1;
        } else if (!spec.isEmpty() && isAlign(spec.charAt(0))) {
            align = spec.charAt(0);
            at = 1;
        }
        char sign = '-';
        if (at < spec.length() && "+- ".indexOf(spec.charAt(at)) >= 0) {
            sign = spec.charAt(at++);
        }
        boolean alternate = spec.startsWith("#", at);
        at += alternate ? 1 : 0;
        if (spec.startsWith("0", at) && align == 0) {
            fill = '0';
            align = '=';
        }
        int widthEnd = digits(spec, at);
        int width = number(spec, at, widthEnd);
        at = widthEnd;
        char grouping = 0;
        if (at < spec.length() && (spec.charAt(at) == ',' || spec.charAt(at) == '_')) {
            grouping = spec.charAt(at++);
        }
        int precision = -1;
        if (spec.startsWith(".", at)) {
            int end = digits(spec, at + 1);
            precision = number(spec, at + 1, end);
            at = end;
        }
        if (spec.length() - at > 1) {
            throw new Fault("Invalid format specifier '" + spec + "'");
        }
        return new FormatSpec(fill, align, sign, alternate, width, grouping, precision,
                at < spec.length() ? spec.charAt(at) : 0);
    }

    private static boolean isAlign(char c) {
        return c == '<' || c == '>' || c == '^' || c == '=';
    }

    private static int digits(String spec, int from) {
        int at = from;
        while (at < spec.length() && spec.charAt(at) >= '0' && spec.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    private static int number(String spec, int from, int to) {
        return to - from > 6 ? MAX_WIDTH : to == from ? 0 : Integer.parseInt(spec.substring(from, to));
    }
}
