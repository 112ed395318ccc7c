package dev.railhead.core.jinja;

import java.util.AbstractList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `range(start, stop, step)`: takes no memory for its numbers.
record RangeValue(long start, long stop, long step) {
    /// The reference's sandbox refuses longer ones.
    private static final long MAX_LENGTH = 100_000;

    RangeValue {
        if (step == 0) {
            throw new Fault("range() arg 3 must not be zero");
        }
        if (length(start, stop, step) > MAX_LENGTH) {
            throw new Fault(Fault.Kind.LIMIT, "range of more than " + MAX_LENGTH + " numbers");
        }
    }

    private static double length(long start, long stop, long step) {
        return Math.max(0, Math.ceil(((double) stop - start) / step));
    }

    /// Bounds and methods.
    @Nullable
    Object attribute(String name) {
        return switch (name) {
            case "start" -> start;
            case "stop" -> stop;
            case "step" -> step;
            case "count" -> ListMethods.TUPLE.method(new ListValue(items(), true), name);
            case "index" -> ListMethods.RANGE.method(new ListValue(items(), true), name);
            default -> null;
        };
    }

    List<Object> items() {
        int length = (int) length(start, stop, step);
        return new AbstractList<>() {
            @Override
            public Object get(int index) {
                return start + index * step;
            }

            @Override
            public int size() {
                return length;
            }
        };
    }
}
