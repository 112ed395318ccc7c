package dev.railhead.core.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Floats as Python's `repr` prints them: the shortest digits that give the number back, with an exponent below 1e-4 and
/// from 1e16 on; and with digits that are asked for, as formats have them.
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

    /// One digit, a point, as many digits as are asked for, an exponent.
    static String scientific(BigDecimal size, int digits) {
        BigDecimal rounded = size.round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
        int exponent = size.signum() == 0 ? 0 : rounded.precision() - 1 - rounded.scale();
        String mantissa = rounded.scaleByPowerOfTen(-exponent).setScale(digits, RoundingMode.HALF_EVEN)
                .toPlainString();
        return mantissa + exponent(exponent);
    }

    /// The shorter of plain and scientific.
    ///
    /// @param digits that count
    /// @param decimals digits after the point there must be at least, unless there is an exponent
    static String general(BigDecimal size, int digits, int decimals) {
        BigDecimal rounded = size.round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int exponent = size.signum() == 0 ? 0 : rounded.precision() - 1 - rounded.scale();
        if (exponent >= -4 && exponent < digits - decimals) {
            BigDecimal plain = size.signum() == 0 ? BigDecimal.ZERO : rounded.stripTrailingZeros();
            return plain.setScale(Math.max(plain.scale(), decimals), RoundingMode.UNNECESSARY).toPlainString();
        }
        String full = scientific(size, digits - 1);
        int e = full.indexOf('e');
        String mantissa = new BigDecimal(full.substring(0, e)).stripTrailingZeros().toPlainString();
        return mantissa + full.substring(e);
    }
}
