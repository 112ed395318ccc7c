package dev.railhead.core.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;

/// How a value is written into a place of a format: `[[fill]align][sign][#][0][width][,][.precision][type]`, shared by
/// `str.format` and the operator `%`.
///
/// @param align one of `< > ^ =`, or 0 for the type's own
/// @param sign one of `+ -` and space
/// @param precision −1 if it is not given
/// @param type the last letter, or 0
record FormatSpec(int fill, char align, char sign, boolean alternate, int width, char grouping, int precision,
        char type) {
    private static final int MAX_PRECISION = 1000;

    /// What `{}` has.
    static final FormatSpec EMPTY = new FormatSpec(' ', (char) 0, '-', false, 0, (char) 0, -1, (char) 0);

    private FormatSpec withAlign(char newAlign) {
        return new FormatSpec(fill, newAlign, sign, alternate, width, grouping, precision, type);
    }

    FormatSpec withType(char newType) {
        return new FormatSpec(fill, align, sign, alternate, width, grouping, precision, newType);
    }

    /// Writes a value for `str.format`, which refuses what doesn't go with the value's type.
    Text format(Rendering run, Object value) {
        if (equals(EMPTY)) {
            return Printing.str(run, value);
        }
        if (value instanceof Text) {
            refuse(sign != '-', "Sign not allowed in string format specifier");
            refuse(alternate, "Alternate form (#) not allowed in string format specifier");
            refuse(align == '=' && fill != '0', "'=' alignment not allowed in string format specifier");
            refuse(grouping != 0, "Cannot specify '" + grouping + "' with 's'.");
            return align == '=' ? withAlign('<').write(run, value) : write(run, value);
        }
        refuse(!Types.isNumber(value), "unsupported format string passed to " + Types.name(value) + ".__format__");
        if (Types.isInteger(value) && "eEfFgG%".indexOf(type) < 0 || Types.isInteger(value) && type == 0) {
            refuse(precision >= 0, "Precision not allowed in integer format specifier");
            refuse(type == 'c' && sign != '-', "Sign not allowed with integer format specifier 'c'");
            refuse(grouping == ',' && "xXobcn".indexOf(type) >= 0 && type != 0,
                    "Cannot specify ',' with '" + type + "'.");
        }
        return write(run, value);
    }

    private static void refuse(boolean condition, String reason) {
        if (condition) {
            throw new Fault(reason);
        }
    }

    /// Writes a text or a number.
    Text write(Rendering run, Object value) {
        if (value instanceof Text text) {
            if (type != 0 && type != 's') {
                throw unknown(value);
            }
            int end = precision >= 0 && precision < text.codePoints() ? text.offset(precision) : text.length();
            return padded(run, text.sub(0, end), 0, '<');
        }
        String digits = value instanceof Double || "eEfFgG%".indexOf(type) >= 0 && type != 0
                ? real(Numbers.real(value))
                : integer(Numbers.big(value));
        boolean negative = digits.startsWith("-");
        String signed = negative ? digits : sign == '+' ? "+" + digits : sign == ' ' ? " " + digits : digits;
        return padded(run, Text.content(signed), signed.length() - digits.length() + (negative ? 1 : 0), '>');
    }

    private Fault unknown(Object value) {
        return new Fault("Unknown format code '" + type + "' for object of type '" + Types.name(value) + "'");
    }

    private String integer(BigInteger value) {
        String prefix = value.signum() < 0 ? "-" : "";
        BigInteger size = value.abs();
        return switch (type) {
            case 0, 'd', 'n' -> prefix + digits(size, 10, 3);
            case 'x' -> prefix + (alternate ? "0x" : "") + digits(size, 16, 4);
            case 'X' -> prefix + (alternate ? "0X" : "") + digits(size, 16, 4).toUpperCase(Locale.ROOT);
            case 'o' -> prefix + (alternate ? "0o" : "") + digits(size, 8, 4);
            case 'b' -> prefix + (alternate ? "0b" : "") + digits(size, 2, 4);
            case 'c' -> {
                refuse(value.signum() < 0 || value.bitLength() > 21
                        || value.intValue() > Character.MAX_CODE_POINT, "%c arg not in range(0x110000)");
                yield Character.toString(value.intValue());
            }
            default -> throw unknown(value.longValue());
        };
    }

    /// At least as many as the precision says, which is what the operator `%` has it for.
    private String digits(BigInteger size, int radix, int group) {
        String digits = size.toString(radix);
        return "0".repeat(Math.max(0, Math.min(precision, MAX_PRECISION) - digits.length())) + grouped(digits, group);
    }

    /// The digits before a point or exponent with a separator between groups of a size.
    private String grouped(String digits, int size) {
        if (grouping == 0) {
            return digits;
        }
        var out = new StringBuilder(digits);
        int end = 0;
        while (end < digits.length() && Character.digit(digits.charAt(end), 16) >= 0
                && (size == 4 || Character.isDigit(digits.charAt(end)))) {
            end++;
        }
        for (int i = end - size; i > 0; i -= size) {
            out.insert(i, grouping);
        }
        return out.toString();
    }

    private String real(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return FloatText.of(value);
        }
        if (precision > MAX_PRECISION) {
            throw new Fault(Fault.Kind.LIMIT, "a precision of more than " + MAX_PRECISION + " digits");
        }
        String prefix = value < 0 || 1 / value < 0 ? "-" : "";
        BigDecimal size = new BigDecimal(Math.abs(value));
        int digits = precision < 0 ? 6 : precision;
        return prefix + switch (type) {
            case 'f', 'F' -> grouped(size.setScale(digits, RoundingMode.HALF_EVEN).toPlainString(), 3);
            case '%' -> grouped(size.scaleByPowerOfTen(2).setScale(digits, RoundingMode.HALF_EVEN).toPlainString(),
                    3) + "%";
            case 'e', 'E' -> cased(FloatText.scientific(size, digits));
            case 'g', 'G', 'n' -> grouped(cased(FloatText.general(size, Math.max(1, digits), 0)), 3);
            case 0 -> grouped(precision < 0
                    ? FloatText.of(Math.abs(value))
                    : FloatText.general(size, Math.max(1, digits), 1), 3);
            default -> throw unknown(value);
        };
    }

    private String cased(String digits) {
        return Character.isUpperCase(type) ? digits.toUpperCase(Locale.ROOT) : digits;
    }

    /// @param signs length of the sign, which stays left of the padding if the alignment is `=`
    private Text padded(Rendering run, Text text, int signs, char ownAlign) {
        int room = width - text.codePoints();
        if (room <= 0) {
            return text;
        }
        char effective = align == 0 ? ownAlign : align;
        String filling = Character.toString(fill);
        int left = switch (effective) {
            case '<' -> 0;
            case '^' -> room / 2;
            default -> room;
        };
        int first = effective == '=' ? signs : 0;
        var out = new TextBuilder(run.budget()).append(text, 0, first);
        run.budget().text(room);
        out.content(filling.repeat(left)).append(text, first, text.length()).content(filling.repeat(room - left));
        return out.toText();
    }
}
