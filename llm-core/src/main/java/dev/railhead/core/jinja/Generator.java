package dev.railhead.core.jinja;

import java.util.List;

/// What filters such as `map` return: its elements can be taken once, and it is neither a list nor JSON.
final class Generator {
    private List<Object> rest;

    Generator(List<Object> items) {
        rest = items;
    }

    /// All elements that are left; none are after that.
    List<Object> take() {
        List<Object> taken = rest;
        rest = List.of();
        return taken;
    }
}
