package dev.railhead.core.jinja;

import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Python's `strftime` with the names of the C locale and glibc's flags (`%-d`, `%e`).
final class Strftime {
    private Strftime() {}

    static Text format(Rendering run, Text format) {
        ZonedDateTime now = ZonedDateTime.now(run.clock());
        var out = new TextBuilder(run.budget());
        String string = format.string();
        int plain = 0;
        for (int i = string.indexOf('%'); i >= 0 && i + 1 < string.length(); i = string.indexOf('%', plain)) {
            run.budget().step();
            out.append(format, plain, i);
            char flag = string.charAt(i + 1);
            boolean flagged = (flag == '-' || flag == '_' || flag == '^') && i + 2 < string.length();
            char code = string.charAt(flagged ? i + 2 : i + 1);
            plain = i + (flagged ? 3 : 2);
            String value = value(now, code);
            out.content(value == null ? string.substring(i, plain) : flagged ? flagged(value, flag) : value);
        }
        return out.append(format, plain, string.length()).toText();
    }

    private static String flagged(String value, char flag) {
        if (flag == '^') {
            return value.toUpperCase(Locale.ROOT);
        }
        int zeros = 0;
        while (zeros < value.length() - 1 && (value.charAt(zeros) == '0' || value.charAt(zeros) == ' ')) {
            zeros++;
        }
        return (flag == '_' ? " ".repeat(zeros) : "") + value.substring(zeros);
    }

    private static @Nullable String value(ZonedDateTime now, char code) {
        int hour12 = (now.getHour() + 11) % 12 + 1;
        int weekday = now.getDayOfWeek().getValue() % 7;
        return switch (code) {
            case 'a' -> now.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH).substring(0, 3);
            case 'A' -> now.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'b', 'h' -> now.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH).substring(0, 3);
            case 'B' -> now.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'w' -> Integer.toString(weekday);
            case 'u' -> Integer.toString(now.getDayOfWeek().getValue());
            case 'd' -> digits(now.getDayOfMonth(), 2);
            case 'e' -> (now.getDayOfMonth() < 10 ? " " : "") + now.getDayOfMonth();
            case 'm' -> digits(now.getMonthValue(), 2);
            case 'y' -> digits(now.getYear() % 100, 2);
            case 'Y' -> Integer.toString(now.getYear());
            case 'C' -> digits(now.getYear() / 100, 2);
            case 'G' -> Integer.toString(now.get(IsoFields.WEEK_BASED_YEAR));
            case 'V' -> digits(now.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2);
            case 'U' -> digits((now.getDayOfYear() + 6 - weekday) / 7, 2);
            case 'W' -> digits((now.getDayOfYear() + 6 - (weekday + 6) % 7) / 7, 2);
            case 'j' -> digits(now.getDayOfYear(), 3);
            case 'H' -> digits(now.getHour(), 2);
            case 'k' -> (now.getHour() < 10 ? " " : "") + now.getHour();
            case 'I' -> digits(hour12, 2);
            case 'l' -> (hour12 < 10 ? " " : "") + hour12;
            case 'M' -> digits(now.getMinute(), 2);
            case 'S' -> digits(now.getSecond(), 2);
            case 'f' -> digits(now.getNano() / 1000, 6);
            case 'p' -> now.getHour() < 12 ? "AM" : "PM";
            case 'P' -> now.getHour() < 12 ? "am" : "pm";
            case 's' -> Long.toString(now.toEpochSecond());
            case 'z', 'Z' -> ""; // Python's datetime.now() has no zone
            case 'c' -> several(now, "a b e H:M:S Y");
            case 'x', 'D' -> several(now, "m/d/y");
            case 'X', 'T' -> several(now, "H:M:S");
            case 'F' -> several(now, "Y-m-d");
            case 'R' -> several(now, "H:M");
            case 'r' -> several(now, "I:M:S p");
            case 'n' -> "\n";
            case 't' -> "\t";
            case '%' -> "%";
            default -> null;
        };
    }

    /// Letters are codes, anything else stands for itself.
    private static String several(ZonedDateTime now, String codes) {
        var out = new StringBuilder();
        for (int i = 0; i < codes.length(); i++) {
            char c = codes.charAt(i);
            out.append(Character.isLetter(c) ? value(now, c) : String.valueOf(c));
        }
        return out.toString();
    }

    private static String digits(int value, int width) {
        String digits = Integer.toString(value);
        return "0".repeat(Math.max(0, width - digits.length())) + digits;
    }
}
