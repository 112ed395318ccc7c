package dev.railhead.core.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a value is as a key of a dictionary: equal values give equal keys, as in `1 == 1.0 == True`.
final class Keys {
    private static final double EXACT_LONG = 0x1p63;

    /// A value that only equals itself, whatever it holds.
    private record Same(Object value) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Same(Object same) && same == value;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(value);
        }
    }

    private Keys() {}

    static Object of(Budget budget, Object value) {
        return switch (value) {
            case Text text -> text.string();
            case Boolean bool -> bool ? 1L : 0L;
            case Double number when number == Math.rint(number) && Math.abs(number) < EXACT_LONG -> number.longValue();
            case ListValue(List<Object> items, boolean isTuple, _) when isTuple -> {
                budget.enter();
                budget.steps(items.size());
                List<Object> keys = new ArrayList<>(items.size());
                items.forEach(item -> keys.add(of(budget, item)));
                budget.leave();
                yield keys;
            }
            case ListValue _,DictValue _,View _ -> throw new Fault("unhashable type: '" + Types.name(value) + "'");
            case Undefined _ -> Undefined.class; // one of them equals any other
            case Long _,BigInteger _,Double _,None _,RangeValue _ -> value;
            default -> new Same(value);
        };
    }
}
