package dev.railhead.core.jinja;

import java.math.BigInteger;

/// Python's `+ - * / // % **` where a float is an operand or the result.
final class RealArithmetic {
    /// Bits of a quotient beyond the 53 of a double's digits, so that rounding it once more changes nothing.
    private static final int QUOTIENT_BITS = 128;

    private RealArithmetic() {}

    static double apply(String operator, double a, double b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / divisor(b, "division by zero");
            case "//" -> floorDivision(a, divisor(b, "float floor division by zero"));
            case "%" -> rest(a, divisor(b, "float modulo"));
            default -> power(a, b);
        };
    }

    private static double divisor(double b, String message) {
        if (b == 0) {
            throw new Fault(message);
        }
        return b;
    }

    /// The rest has the sign of the divisor.
    private static double rest(double a, double b) {
        double rest = a % b;
        return rest != 0 && rest < 0 != b < 0 ? rest + b : Math.copySign(rest, rest == 0 ? b : rest);
    }

    /// What the rest leaves is divided, as `a / b` can be rounded up to the next integer: `1 // 0.1` is 9.
    private static double floorDivision(double a, double b) {
        double rest = a % b;
        double quotient = (a - rest) / b - (rest != 0 && rest < 0 != b < 0 ? 1 : 0);
        if (quotient == 0) {
            return Math.copySign(0, a / b);
        }
        double floor = Math.floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    static double power(double a, double b) {
        if (a == 0 && b < 0) {
            throw new Fault("0.0 cannot be raised to a negative power");
        }
        if (a == 1 || a == -1 && Double.isInfinite(b)) {
            return 1; // Java has NaN for an exponent that is no finite number
        }
        if (a < 0 && !Double.isInfinite(a) && !Double.isInfinite(b) && b != Math.rint(b)) {
            throw new Fault("a negative number to the power of a fraction is complex; there are no complex numbers");
        }
        double power = Math.pow(a, b);
        if (Double.isInfinite(power) && !Double.isInfinite(a) && !Double.isInfinite(b)) {
            throw new Fault("(34, 'Numerical result out of range')");
        }
        return power;
    }

    /// `a / b` of integers, rounded once.
    static double quotient(BigInteger a, BigInteger b) {
        if (b.signum() == 0) {
            throw new Fault("division by zero");
        }
        if (a.signum() == 0) {
            return b.signum() < 0 ? -0.0 : 0.0;
        }
        int shift = Math.max(0, QUOTIENT_BITS + b.bitLength() - a.bitLength());
        BigInteger[] parts = a.shiftLeft(shift).divideAndRemainder(b);
        // A lowest bit for the rest keeps what is just above the middle of two doubles from looking like the middle.
        BigInteger sticky = parts[0].shiftLeft(1).add(BigInteger.valueOf(parts[1].signum() * b.signum()));
        int down = Math.max(0, sticky.bitLength() - Double.MAX_EXPONENT);
        double quotient = Math.scalb(sticky.shiftRight(down).doubleValue(), down - shift - 1);
        if (Double.isInfinite(quotient)) {
            throw new Fault("integer division result too large for a float");
        }
        return quotient;
    }
}
