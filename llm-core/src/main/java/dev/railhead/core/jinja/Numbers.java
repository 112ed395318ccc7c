package dev.railhead.core.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;

/// Python's numbers: an int is a Long, or a BigInteger where it doesn't fit; a bool counts as 0 or 1.
final class Numbers {
    /// The reference prints no integer of more than 4300 digits; this is a little more.
    static final int MAX_BITS = 14_300;

    private Numbers() {}

    static BigInteger big(Object integer) {
        return switch (integer) {
            case Long number -> BigInteger.valueOf(number);
            case Boolean bool -> bool ? BigInteger.ONE : BigInteger.ZERO;
            case BigInteger number -> number;
            default -> throw new Fault("'" + Types.name(integer) + "' object cannot be interpreted as an integer");
        };
    }

    static Object integer(BigInteger value) {
        if (value.bitLength() > MAX_BITS) {
            throw tooLarge();
        }
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    static Fault tooLarge() {
        return new Fault(Fault.Kind.LIMIT, "an integer of more than " + MAX_BITS + " bits");
    }

    static double real(Object number) {
        return switch (number) {
            case Double real -> real;
            case Long integer -> integer;
            case Boolean bool -> bool ? 1 : 0;
            case BigInteger integer -> {
                double real = integer.doubleValue();
                if (Double.isInfinite(real)) {
                    throw new Fault("int too large to convert to float");
                }
                yield real;
            }
            default -> throw new Fault("must be real number, not " + Types.name(number));
        };
    }

    /// Compares two numbers exactly. NaN is larger than all others, so that sorting ends.
    static int compare(Object a, Object b) {
        if (isNaN(a) || isNaN(b)) {
            return Boolean.compare(isNaN(a), isNaN(b));
        }
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        if (a instanceof Double x && (x.isInfinite() || b instanceof Double)) {
            return compareReal(x, b instanceof Double y ? y : 0);
        }
        if (b instanceof Double y && y.isInfinite()) {
            return compareReal(0, y);
        }
        return exact(a).compareTo(exact(b));
    }

    private static int compareReal(double a, double b) {
        return a < b ? -1 : a > b ? 1 : 0; // 0.0 equals -0.0, unlike in Double.compare
    }

    private static BigDecimal exact(Object number) {
        return number instanceof Double real ? new BigDecimal(real) : new BigDecimal(big(number));
    }

    /// The number as it is, to make an integer of.
    static BigDecimal decimal(double real) {
        if (Double.isNaN(real) || Double.isInfinite(real)) {
            throw new Fault("cannot convert float " + (Double.isNaN(real) ? "NaN" : "infinity") + " to integer");
        }
        return new BigDecimal(real);
    }

    static boolean isNaN(Object number) {
        return number instanceof Double real && real.isNaN();
    }
}
