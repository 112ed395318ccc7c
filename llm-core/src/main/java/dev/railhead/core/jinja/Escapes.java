package dev.railhead.core.jinja;

/// Python's escapes in string literals.
final class Escapes {
    private Escapes() {}

    static String decode(String written, SourceErrors errors, int line) {
        int backslash = written.indexOf('\\');
        if (backslash < 0) {
            return written;
        }
        var out = new StringBuilder(written.length());
        int plain = 0;
        for (; backslash >= 0; backslash = written.indexOf('\\', plain)) {
            out.append(written, plain, backslash);
            char c = written.charAt(backslash + 1); // the lexer has seen that something follows
            plain = backslash + 2;
            switch (c) {
                case '\n' -> {
                    // the line goes on
                }
                case '\\', '\'', '"' -> out.append(c);
                case 'a' -> out.append('\u0007');
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 't' -> out.append('\t');
                case 'v' -> out.append('\u000B');
                case 'x', 'u', 'U' -> {
                    int digits = c == 'x' ? 2 : c == 'u' ? 4 : 8;
                    out.appendCodePoint(hex(written, plain, digits, errors, line));
                    plain += digits;
                }
                case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                    int end = backslash + 1;
                    while (end < Math.min(written.length(), backslash + 4) && written.charAt(end) >= '0'
                            && written.charAt(end) <= '7') {
                        end++;
                    }
                    out.append((char) Integer.parseInt(written.substring(backslash + 1, end), 8));
                    plain = end;
                }
                default -> out.append('\\').append(c);
            }
        }
        return out.append(written, plain, written.length()).toString();
    }

    private static int hex(String written, int from, int digits, SourceErrors errors, int line) {
        long value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = i < written.length() ? Character.digit(written.charAt(i), 16) : -1;
            if (digit < 0) {
                throw errors.at(line, "expected " + digits + " hexadecimal digits after '"
                        + written.substring(from - 2, from) + "' in a string");
            }
            value = value << 4 | digit;
        }
        if (value > Character.MAX_CODE_POINT) {
            throw errors.at(line, "expected a character up to U+10FFFF in a string, found more");
        }
        return (int) value;
    }
}
