package dev.railhead.core.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
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

    FormatSpec withType(char newType) {
        return new FormatSpec(fill, align, sign, alternate, width, grouping, precision, newType);
    }

    /// Writes a value.
    Text write(Rendering run, Object value) {
        if (value instanceof Text text) {
            if (type != 0 && type != 's') {
                throw unknown(value);
            }
            int end = precision >= 0 && precision < text.codePoints() ? text.offset(precision) : text.length();
            return padded(run, text.sub(0, end), 0, '<');
        }
        if (value instanceof Boolean && type == 0 || !Types.isNumber(value)) {
            return padded(run, Printing.str(run, value), 0, '<');
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
            case 0, 'd', 'n' -> prefix + grouped(size.toString());
            case 'x' -> prefix + (alternate ? "0x" : "") + size.toString(16);
            case 'X' -> prefix + (alternate ? "0X" : "") + size.toString(16).toUpperCase(Locale.ROOT);
            case 'o' -> prefix + (alternate ? "0o" : "") + size.toString(8);
            case 'b' -> prefix + (alternate ? "0b" : "") + size.toString(2);
            case 'c' -> size.bitLength() < 21 ? Character.toString(size.intValue()) : "\uFFFD";
            default -> throw unknown(value.longValue());
        };
    }

    private String grouped(String digits) {
        if (grouping == 0) {
            return digits;
        }
        var out = new StringBuilder(digits);
        int point = digits.indexOf('.');
        for (int i = (point < 0 ? digits.length() : point) - 3; i > 0; i -= 3) {
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
            case 'f', 'F' -> grouped(size.setScale(digits, RoundingMode.HALF_EVEN).toPlainString());
            case '%' -> size.scaleByPowerOfTen(2).setScale(digits, RoundingMode.HALF_EVEN).toPlainString() + "%";
            case 'e', 'E' -> cased(scientific(size, digits));
            case 'g', 'G' -> cased(general(size, Math.max(1, digits)));
            case 0 -> grouped(precision < 0 ? FloatText.of(Math.abs(value)) : general(size, Math.max(1, digits)));
            default -> throw unknown(value);
        };
    }

    private String cased(String digits) {
        return Character.isUpperCase(type) ? digits.toUpperCase(Locale.ROOT) : digits;
    }

    private static String scientific(BigDecimal size, int digits) {
        BigDecimal rounded = size.round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
        int exponent = size.signum() == 0 ? 0 : rounded.precision() - 1 - rounded.scale();
        String mantissa = rounded.scaleByPowerOfTen(-exponent).setScale(digits, RoundingMode.HALF_EVEN)
                .toPlainString();
        return mantissa + FloatText.exponent(exponent);
    }

    private static String general(BigDecimal size, int digits) {
        BigDecimal rounded = size.round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int exponent = size.signum() == 0 ? 0 : rounded.precision() - 1 - rounded.scale();
        if (exponent >= -4 && exponent < digits) {
            return size.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
        }
        String full = scientific(size, digits - 1);
        int e = full.indexOf('e');
        String mantissa = new BigDecimal(full.substring(0, e)).stripTrailingZeros().toPlainString();
        return mantissa + full.substring(e);
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
