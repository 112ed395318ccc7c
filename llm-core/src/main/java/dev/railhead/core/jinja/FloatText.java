package dev.railhead.core.jinja;

import java.math.BigDecimal;
import java.math.MathContext;

/// Floats as Python's `repr` prints them: the shortest digits that give the number back, with an exponent below 1e-4 and
/// from 1e16 on.
final class FloatText {
    private static final int MIN_EXPONENT = -4;
    private static final int MAX_EXPONENT = 16;

    private FloatText() {}

    static String of(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        String sign = value < 0 || 1 / value < 0 ? "-" : "";
        if (value == 0) {
            return sign + "0.0";
        }
        BigDecimal decimal = shortest(Math.abs(value));
        String digits = decimal.unscaledValue().toString();
        int exponent = digits.length() - 1 - decimal.scale();
        if (exponent >= MIN_EXPONENT && exponent < MAX_EXPONENT) {
            String plain = decimal.toPlainString();
            return sign + (plain.contains(".") ? plain : plain + ".0");
        }
        String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
        return sign + digits.charAt(0) + fraction + exponent(exponent);
    }

    /// `Double.toString` gives the shortest digits, but never less than two.
    private static BigDecimal shortest(double value) {
        BigDecimal two = new BigDecimal(Double.toString(value));
        BigDecimal one = two.round(new MathContext(1));
        return (one.doubleValue() == value ? one : two).stripTrailingZeros();
    }

    /// At least two digits, always a sign.
    static String exponent(int exponent) {
        int size = Math.abs(exponent);
        return (exponent < 0 ? "e-" : "e+") + (size < 10 ? "0" : "") + size;
    }
}
