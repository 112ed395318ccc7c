package dev.railhead.core.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Filters that make numbers.
final class NumberFilters {
    private NumberFilters() {}

    static void addTo(Builtins table) {
        table.add("abs()", (run, self, a) -> switch (self) {
            case Double real -> Math.abs(real);
            case Undefined undefined -> throw undefined.fault();
            case Object other when Types.isInteger(other) -> Numbers.integer(Numbers.big(other).abs());
            default -> throw new Fault("bad operand type for abs(): '" + Types.name(self) + "'");
        })
                .add("int(default=, base=)", (run, self, a) -> {
                    Object value = integer(self, a.integer(1, 10));
                    return value != null ? value : a.get(0, 0L);
                })
                .add("float(default=)", (run, self, a) -> {
                    Double value = real(self);
                    return value != null ? value : a.get(0, 0.0);
                })
                .add("round(precision=, method=)", NumberFilters::round);
    }

    private static @Nullable Object integer(Object value, int base) {
        return switch (value) {
            case Undefined undefined -> throw undefined.fault();
            case Text text -> {
                Object whole = parsed(text.string().strip().replace("_", ""), base);
                yield whole != null ? whole : truncated(real(text));
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

    private static @Nullable Object parsed(String digits, int base) {
        String lower = digits.toLowerCase(Locale.ROOT);
        String prefix = switch (base) {
            case 2 -> "0b";
            case 8 -> "0o";
            case 16 -> "0x";
            default -> "";
        };
        String bare = !prefix.isEmpty() && lower.startsWith(prefix) ? digits.substring(2) : digits;
        if (bare.isEmpty() || bare.length() > Numbers.MAX_BITS / 3 || base < Character.MIN_RADIX
                || base > Character.MAX_RADIX) {
            return null;
        }
        try {
            return Numbers.integer(new BigInteger(bare, base));
        } catch (NumberFormatException e) {
            return null; // the filter's default is for this
        }
    }

    private static @Nullable Double real(Object value) {
        return switch (value) {
            case Undefined undefined -> throw undefined.fault();
            case Text text -> parsedReal(text.string().strip());
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
        RoundingMode mode = switch (method) {
            case "common" -> RoundingMode.HALF_EVEN;
            case "ceil" -> RoundingMode.CEILING;
            case "floor" -> RoundingMode.FLOOR;
            default -> throw new Fault("method must be common, ceil or floor");
        };
        if (method.equals("common")) {
            if (Types.isInteger(self)) {
                return Numbers.integer(new BigDecimal(Numbers.big(self)).setScale(Math.min(0, precision), mode)
                        .toBigInteger());
            }
            double real = Numbers.real(self);
            return Double.isNaN(real) || Double.isInfinite(real)
                    ? (Object) real
                    : new BigDecimal(real).setScale(precision, mode).doubleValue();
        }
        double scale = Math.pow(10, precision);
        double scaled = Numbers.real(self) * scale;
        return (mode == RoundingMode.CEILING ? Math.ceil(scaled) : Math.floor(scaled)) / scale;
    }
}
