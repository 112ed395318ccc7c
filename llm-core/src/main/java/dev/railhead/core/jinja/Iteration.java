package dev.railhead.core.jinja;

import java.util.AbstractList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Going through the elements of values, and counting them.
final class Iteration {
    private Iteration() {}

    /// The elements of a value.
    ///
    /// @throws Fault if it has none by its type
    static List<Object> of(Object value) {
        List<Object> items = ofNullable(value);
        if (items == null) {
            throw new Fault("'" + Types.name(value) + "' object is not iterable");
        }
        return items;
    }

    static boolean isPossible(Object value) {
        return switch (value) {
            case Text _,ListValue _,DictValue _,RangeValue _,View _,Generator _,Undefined _ -> true;
            default -> false;
        };
    }

    private static @Nullable List<Object> ofNullable(Object value) {
        return switch (value) {
            case ListValue list -> list.items();
            case DictValue dict -> dict.keys();
            case Text text -> characters(text);
            case View view -> view.items();
            case RangeValue range -> range.items();
            case Generator generator -> generator.take();
            case Undefined _ -> List.of();
            default -> null;
        };
    }

    private static List<Object> characters(Text text) {
        return new AbstractList<>() {
            // Where the last one was found: from there it is a step to its neighbours, from the begin it may be far.
            private int lastIndex;
            private int lastOffset;

            @Override
            public Object get(int index) {
                int from = text.codePoints() == text.length()
                        ? index
                        : text.string().offsetByCodePoints(lastOffset, index - lastIndex);
                lastIndex = index;
                lastOffset = from;
                return text.sub(from, from + Character.charCount(text.string().codePointAt(from)))
                        .withMarkup(false);
            }

            @Override
            public int size() {
                return text.codePoints();
            }
        };
    }

    /// Python's `len`.
    static int length(Object value) {
        return switch (value) {
            case Text text -> text.codePoints();
            case ListValue list -> list.items().size();
            case DictValue dict -> dict.size();
            case View view -> view.items().size();
            case RangeValue range -> range.items().size();
            case Undefined _ -> 0;
            default -> throw new Fault("object of type '" + Types.name(value) + "' has no len()");
        };
    }

    /// Python's `in`.
    static boolean contains(Rendering run, Object container, Object item) {
        return switch (container) {
            case Text text when item instanceof Text part -> Search.find(run.budget(), text, part, 0,
                    text.length()) >= 0;
            case Text _ -> throw new Fault(
                    "'in <string>' requires string as left operand, not " + Types.name(item));
            case DictValue dict -> dict.get(run.budget(), item) != null;
            case View view when view.type().equals(View.KEYS) -> {
                Keys.of(run.budget(), item); // refuses what can't be a key
                yield anyEqual(run, view.items(), item);
            }
            case ListValue _,View _,RangeValue _,Generator _,Undefined _ -> anyEqual(run, of(container), item);
            default -> throw new Fault("argument of type '" + Types.name(container) + "' is not iterable");
        };
    }

    private static boolean anyEqual(Rendering run, List<Object> items, Object item) {
        for (Object other : items) {
            run.budget().step();
            if (Equality.equal(run.budget(), other, item)) {
                return true;
            }
        }
        return false;
    }
}
