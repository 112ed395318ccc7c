package dev.railhead.core.jinja;

import java.util.List;

/// A list or a tuple. Immutable, as the sandbox of the reference has it.
///
/// @param items not changed after construction
/// @param isTuple whether it is a tuple
/// @param names of the items of a named tuple, as `groupby` makes them; empty for any other
record ListValue(List<Object> items, boolean isTuple, List<String> names) {
    ListValue(List<Object> items, boolean isTuple) {
        this(items, isTuple, List.of());
    }

    static ListValue list(List<Object> items) {
        return new ListValue(items, false);
    }

    static ListValue tuple(Object... items) {
        return new ListValue(List.of(items), true);
    }
}
