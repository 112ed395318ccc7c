package dev.railhead.core.jinja;

import java.util.List;
import java.util.Map;

/// The arguments of a call as they were written.
///
/// @param positional by position
/// @param named by name, in order
record Arguments(List<Object> positional, Map<String, Object> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    static Arguments of(Object... positional) {
        return new Arguments(List.of(positional), Map.of());
    }

    /// Without the first `count` positional ones.
    Arguments skip(int count) {
        return new Arguments(positional.subList(Math.min(count, positional.size()), positional.size()), named);
    }
}
