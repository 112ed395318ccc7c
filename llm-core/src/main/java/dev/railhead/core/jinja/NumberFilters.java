package dev.railhead.core.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Filters that make numbers.
final class NumberFilters {
    private static final int DECIMAL = 10;

    private NumberFilters() {}

    static void addTo(Builtins table) {
        table.add("abs()", (run, self, a) -> switch (self) {
            case Double real -> Math.abs(real);
            case Undefined undefined -> throw undefined.fault();
            case Object other when Types.isInteger(other) -> Numbers.integer(Numbers.big(other).abs());
            default -> throw new Fault("bad operand type for abs(): '" + Types.name(self) + "'");
        })
                .add("int(default=, base=)", (run, self, a) -> {
                    Object value = integer(run, self, a.integer(1, DECIMAL));
                    return value != null ? value : a.get(0, 0L);
                })
                .add("float(default=)", (run, self, a) -> {
                    Double value = real(run, self);
                    return value != null ? value : a.get(0, 0.0);
                })
                .add("round(precision=, method=)", NumberFilters::round);
    }

    private static @Nullable Object integer(Rendering run, Object value, int base) {
        return switch (value) {
            case Undefined undefined -> throw undefined.fault();
            case Text text -> {
                Object whole = parsed(StringTests.read(run, text).strip().replace("_", ""), base);
                yield whole != null ? whole : truncated(real(run, text));
            }
            case Double real -> truncated(real);
            case Object other when Types.isInteger(other) -> Numbers.integer(Numbers.big(other));
            default -> null;
        };
    }

    private static @Nullable Object truncated(@Nullable Double real) {
        return real == null || real.isNaN() || real.isInfinite()
                ? null
                : Numbers.integer(new BigDecimal(real).toBigInteger());
    }

    /// @param base 0 if a prefix in the text tells it
    private static @Nullable Object parsed(String written, int base) {
        boolean signed = written.startsWith("-") || written.startsWith("+");
        String digits = signed ? written.substring(1) : written;
        int prefixed = switch (digits.length() < 2 ? "" : digits.substring(0, 2).toLowerCase(Locale.ROOT)) {
            case "0b" -> 2;
            case "0o" -> 8;
            case "0x" -> 16;
            default -> 0;
        };
        boolean hasPrefix = prefixed != 0 && (base == 0 || base == prefixed);
        int radix = hasPrefix ? prefixed : base == 0 ? DECIMAL : base;
        String bare = hasPrefix ? digits.substring(2) : digits;
        if (bare.isEmpty() || bare.startsWith("-") || bare.startsWith("+") || bare.length() > Numbers.MAX_BITS / 3
                || base == 0 && !hasPrefix && bare.length() > 1 && bare.startsWith("0") || radix < Character.MIN_RADIX
                || radix > Character.MAX_RADIX) {
            return null;
        }
        try {
            return Numbers.integer(new BigInteger(written.startsWith("-") ? "-" + bare : bare, radix));
        } catch (NumberFormatException e) {
            return null; // the filter's default is for this
        }
    }

    private static @Nullable Double real(Rendering run, Object value) {
        return switch (value) {
            case Undefined undefined -> throw undefined.fault();
            case Text text -> parsedReal(StringTests.read(run, text).strip());
            case Object other when Types.isNumber(other) -> Numbers.real(other);
            default -> null;
        };
    }

    private static @Nullable Double parsedReal(String written) {
        String sign = written.startsWith("-") ? "-" : "";
        String size = written.startsWith("-") || written.startsWith("+") ? written.substring(1) : written;
        switch (size.toLowerCase(Locale.ROOT)) {
            case "inf", "infinity" -> {
                return sign.isEmpty() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
            }
            case "nan" -> {
                return Double.NaN;
            }
            default -> {
                boolean decimal = size.chars().allMatch(c -> c >= '0' && c <= '9' || ".eE+-_".indexOf(c) >= 0);
                try {
                    return decimal ? Double.valueOf(sign + size.replace("_", "")) : null;
                } catch (NumberFormatException e) {
                    return null; // the filter's default is for this
                }
            }
        }
    }

    private static Object round(Rendering run, Object self, Bound a) {
        int precision = Math.clamp(a.integer(0, 0), -400, 400);
        String method = a.text(1, "common").string();
        if (self instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (!Types.isNumber(self)) {
            throw new Fault("type " + Types.name(self) + " doesn't define __round__ method");
        }
        return switch (method) {
            case "common" -> rounded(self, precision);
            case "ceil" -> limited(run, self, precision, RoundingMode.CEILING);
            case "floor" -> limited(run, self, precision, RoundingMode.FLOOR);
            default -> throw new Fault("method must be common, ceil or floor");
        };
    }

    /// Half to even.
    private static Object rounded(Object number, int precision) {
        if (Types.isInteger(number)) {
            return Numbers.integer(new BigDecimal(Numbers.big(number))
                    .setScale(Math.min(0, precision), RoundingMode.HALF_EVEN).toBigInteger());
        }
        double real = Numbers.real(number);
        return real == 0 || Double.isNaN(real) || Double.isInfinite(real)
                ? real
                : Math.copySign(new BigDecimal(real).setScale(precision, RoundingMode.HALF_EVEN).doubleValue(), real);
    }

    /// The integer above or below the number times a power of ten, divided by it again.
    private static Object limited(Rendering run, Object number, int precision, RoundingMode mode) {
        Object scale = Arithmetic.apply(run, "**", 10L, (long) precision);
        Object scaled = Arithmetic.apply(run, "*", number, scale);
        Object whole = scaled instanceof Double real
                ? Numbers.integer(Numbers.decimal(real).setScale(0, mode).toBigInteger())
                : scaled;
        return Arithmetic.apply(run, "/", whole, scale);
    }
}
