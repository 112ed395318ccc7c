package dev.railhead.core.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/// `value[start:stop:step]`.
final class Slices {
    private Slices() {}

    /// @param start of the slice, None to leave it open, as `stop` and `step`
    static Object of(Rendering run, Object value, Object start, Object stop, Object step) {
        int by = step == None.NONE ? 1 : index(step);
        if (by == 0) {
            throw new Fault("slice step cannot be zero");
        }
        return switch (value) {
            case Text text -> {
                int length = text.codePoints();
                run.budget().read(length == text.length() ? 0 : text.length());
                int from = bound(start, length, by, true);
                int to = bound(stop, length, by, false);
                if (by == 1) {
                    int first = text.offset(Math.min(from, length));
                    int end = Math.max(first, text.offset(Math.max(from, to)));
                    run.budget().text(end - first);
                    yield text.sub(first, end);
                }
                var out = new TextBuilder(run.budget());
                List<Object> characters = Iteration.of(text);
                each(run, from, to, by, i -> out.append((Text) characters.get(i)));
                yield out.toText().withMarkup(text.isMarkup());
            }
            case ListValue(List<Object> items, boolean isTuple, _) -> new ListValue(cut(run, items, start, stop, by),
                    isTuple);
            case RangeValue range -> {
                int length = range.items().size();
                // A larger step than the length takes one element, as the length itself does.
                yield new RangeValue(range.start() + bound(start, length, by, true) * range.step(),
                        range.start() + bound(stop, length, by, false) * range.step(),
                        range.step() * Math.clamp(by, -length - 1, length + 1));
            }
            case Undefined undefined -> throw undefined.fault();
            case DictValue _ -> throw new Fault("unhashable type: 'slice'");
            default -> throw new Fault("'" + Types.name(value) + "' object is not subscriptable");
        };
    }

    private static List<Object> cut(Rendering run, List<Object> items, Object start, Object stop, int by) {
        List<Object> cut = new ArrayList<>();
        each(run, bound(start, items.size(), by, true), bound(stop, items.size(), by, false), by,
                i -> cut.add(items.get(i)));
        return cut;
    }

    private static void each(Rendering run, int from, int to, int by, IntConsumer action) {
        for (long i = from; by > 0 ? i < to : i > to; i += by) {
            run.budget().step();
            action.accept((int) i);
        }
    }

    /// Where a slice begins or ends: within the value, or −1 before its first element for negative steps.
    private static int bound(Object written, int length, int by, boolean isStart) {
        int lowest = by > 0 ? 0 : -1;
        int highest = by > 0 ? length : length - 1;
        if (written == None.NONE) {
            return isStart == by > 0 ? lowest : highest;
        }
        long at = index(written);
        return Math.clamp(at < 0 ? at + length : at, lowest, highest);
    }

    private static int index(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (!Types.isInteger(value)) {
            throw new Fault("slice indices must be integers or None or have an __index__ method");
        }
        return Numbers.big(value).min(BigInteger.valueOf(Integer.MAX_VALUE))
                .max(BigInteger.valueOf(-Integer.MAX_VALUE)).intValue();
    }
}
