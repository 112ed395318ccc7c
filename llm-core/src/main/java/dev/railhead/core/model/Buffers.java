package dev.railhead.core.model;

import dev.railhead.spi.Activations;
import java.util.HashMap;
import java.util.Map;

/// The working memory of a graph: one buffer per role and width, made when first asked for. Layers share them, since
/// they
/// run one after another.
final class Buffers {
    private record Key(String role, int columns) {}

    private final Map<Key, Activations> buffers = new HashMap<>();
    private final int capacity;

    /// @param capacity largest number of rows of a step
    Buffers(int capacity) {
        this.capacity = capacity;
    }

    Activations get(String role, int columns) {
        return buffers.computeIfAbsent(new Key(role, columns), key -> new Activations(capacity, columns));
    }
}
