package dev.railhead.core.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// Python's `+ - * / // % **` and the signs.
final class Arithmetic {
    private Arithmetic() {}

    static Object apply(Rendering run, String operator, Object a, Object b) {
        if (Types.isNumber(a) && Types.isNumber(b)) {
            return a instanceof Double || b instanceof Double
                    ? (Object) RealArithmetic.apply(operator, Numbers.real(a), Numbers.real(b))
                    : integer(operator, a, b);
        }
        if (a instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (operator.equals("%") && a instanceof Text format) {
            return Printf.format(run, format, b);
        }
        if (b instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (operator.equals("+")) {
            return add(run, a, b);
        }
        if (operator.equals("*") && Types.isInteger(b)) {
            return repeat(run, a, b);
        }
        if (operator.equals("*") && Types.isInteger(a)) {
            return repeat(run, b, a);
        }
        throw unsupported(operator, a, b);
    }

    private static Fault unsupported(String operator, Object a, Object b) {
        return new Fault("unsupported operand type(s) for " + (operator.equals("**") ? "** or pow()" : operator) + ": '"
                + Types.name(a) + "' and '" + Types.name(b) + "'");
    }

    private static Object add(Rendering run, Object a, Object b) {
        if (a instanceof Text x) {
            if (b instanceof Text y) {
                return join(run, x, y);
            }
            throw new Fault("can only concatenate str (not \"" + Types.name(b) + "\") to str");
        }
        if (a instanceof ListValue x) {
            if (b instanceof ListValue y && x.isTuple() == y.isTuple()) {
                run.budget().steps((long) x.items().size() + y.items().size());
                List<Object> items = new ArrayList<>(x.items());
                items.addAll(y.items());
                return new ListValue(items, x.isTuple());
            }
            String type = Types.name(a);
            throw new Fault("can only concatenate " + type + " (not \"" + Types.name(b) + "\") to " + type);
        }
        throw unsupported("+", a, b);
    }

    private static Text join(Rendering run, Text a, Text b) {
        boolean markup = a.isMarkup() || b.isMarkup();
        Text left = markup ? Html.escape(run, a) : a;
        Text right = markup ? Html.escape(run, b) : b;
        return new TextBuilder(run.budget()).append(left).append(right).toText().withMarkup(markup);
    }

    private static Object repeat(Rendering run, Object value, Object count) {
        long times = Math.max(0, Numbers.big(count).min(BigInteger.valueOf(Integer.MAX_VALUE)).longValue());
        if (value instanceof Text text) {
            run.budget().text(text.length() * times);
            run.budget().steps(times);
            var out = new TextBuilder(run.budget());
            for (long i = 0; i < times && !text.isEmpty(); i++) {
                out.append(text);
            }
            return out.toText().withMarkup(text.isMarkup());
        }
        if (value instanceof ListValue(List<Object> items, boolean isTuple, _)) {
            run.budget().steps(items.size() * times);
            List<Object> repeated = new ArrayList<>();
            for (long i = 0; i < times && !items.isEmpty(); i++) {
                repeated.addAll(items);
            }
            return new ListValue(repeated, isTuple);
        }
        throw unsupported("*", value, count);
    }

    private static Object integer(String operator, Object a, Object b) {
        BigInteger x = Numbers.big(a);
        BigInteger y = Numbers.big(b);
        return switch (operator) {
            case "+" -> Numbers.integer(x.add(y));
            case "-" -> Numbers.integer(x.subtract(y));
            case "*" -> Numbers.integer(x.multiply(y));
            case "/" -> RealArithmetic.quotient(x, y);
            case "//" -> floorDivision(x, y)[0];
            case "%" -> floorDivision(x, y)[1];
            default -> power(x, y);
        };
    }

    /// Quotient and rest; the rest has the sign of the divisor.
    private static Object[] floorDivision(BigInteger a, BigInteger b) {
        if (b.signum() == 0) {
            throw new Fault("integer division or modulo by zero");
        }
        BigInteger[] parts = a.divideAndRemainder(b);
        if (parts[1].signum() != 0 && parts[1].signum() != b.signum()) {
            parts[0] = parts[0].subtract(BigInteger.ONE);
            parts[1] = parts[1].add(b);
        }
        return new Object[]{Numbers.integer(parts[0]), Numbers.integer(parts[1])};
    }

    private static Object power(BigInteger base, BigInteger exponent) {
        if (exponent.signum() < 0) {
            return RealArithmetic.power(Numbers.real(base), Numbers.real(exponent));
        }
        if (exponent.signum() == 0) {
            return 1L;
        }
        if (base.abs().compareTo(BigInteger.ONE) <= 0) { // any exponent is small enough
            return Numbers.integer(exponent.testBit(0) ? base : base.abs());
        }
        if (exponent.bitLength() > 31 || (base.bitLength() - 1L) * exponent.longValue() > Numbers.MAX_BITS) {
            throw Numbers.tooLarge();
        }
        return Numbers.integer(base.pow(exponent.intValue()));
    }

    static Object negative(Object value) {
        return switch (value) {
            case Double real -> -real;
            case Undefined undefined -> throw undefined.fault();
            default -> Numbers.integer(Numbers.big(signed(value, "-")).negate());
        };
    }

    static Object positive(Object value) {
        return switch (value) {
            case Double real -> real;
            case Undefined undefined -> throw undefined.fault();
            default -> Numbers.integer(Numbers.big(signed(value, "+")));
        };
    }

    private static Object signed(Object value, String operator) {
        if (!Types.isInteger(value)) {
            throw new Fault("bad operand type for unary " + operator + ": '" + Types.name(value) + "'");
        }
        return value;
    }
}
