package dev.railhead.core.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Java's values as those of a template. Texts in them are content.
final class Values {
    /// Nested lists and maps; it also ends those that contain themselves.
    private static final int MAX_DEPTH = 100;

    private Values() {}

    /// @param where names the value in messages
    /// @throws IllegalArgumentException if there is no such value in a template, or it is nested too deeply
    static Object of(Budget budget, @Nullable Object value, String where) {
        return of(budget, value, where, 0);
    }

    private static Object of(Budget budget, @Nullable Object value, String where, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException(where + ": expected lists and maps nested at most " + MAX_DEPTH
                    + " deep, found more");
        }
        return switch (value) {
            case null -> None.NONE;
            case TrustedText(String text) -> Text.template(text);
            case CharSequence text -> Text.content(text.toString());
            case Boolean bool -> bool;
            case Byte _,Short _,Integer _,Long _ -> ((Number) value).longValue();
            case BigInteger integer -> Numbers.integer(integer);
            case Float real -> Double.valueOf(real.toString()); // 0.1f is to print as 0.1
            case Double real -> real;
            case BigDecimal decimal -> decimal.doubleValue();
            case Map<?, ?> map -> {
                var dict = new DictValue();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    if (!(entry.getKey() instanceof CharSequence key)) {
                        throw new IllegalArgumentException(where + ": expected strings as keys, found "
                                + entry.getKey());
                    }
                    dict.put(budget, Text.content(key.toString()),
                            of(budget, entry.getValue(), where + "." + key, depth + 1));
                }
                yield dict;
            }
            case Iterable<?> items -> {
                List<Object> list = new ArrayList<>();
                for (Object item : items) {
                    list.add(of(budget, item, where, depth + 1));
                }
                yield ListValue.list(list);
            }
            default -> throw new IllegalArgumentException(where
                    + ": expected null, a string, number, boolean, list or map, found " + value.getClass().getName());
        };
    }
}
