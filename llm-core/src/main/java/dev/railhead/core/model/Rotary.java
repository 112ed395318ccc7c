package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.RopeStyle;

/// Rotary position embedding as a graph uses it: the angles of a step's positions, computed once for all layers that share
/// them.
final class Rotary {
    private final Backend backend;
    private final Rope rope;
    private final RopeStyle style;
    private final Activations cos; // [rows][pairs]
    private final Activations sin; // [rows][pairs]

    Rotary(Backend backend, Rope rope, RopeStyle style, int capacity) {
        this.backend = backend;
        this.rope = rope;
        this.style = style;
        cos = new Activations(capacity, rope.pairs());
        sin = new Activations(capacity, rope.pairs());
    }

    /// Computes the angles for the rows of a step.
    void prepare(Step step) {
        rope.angles(step, cos, sin);
    }

    /// Rotates the first values of each head of each row.
    ///
    /// @param x rows of `headCount` heads, changed in place
    void rotate(Activations x, int rows, int headCount, int headLength) {
        backend.rope(x, rows, headCount, headLength, style, cos, sin);
    }
}
