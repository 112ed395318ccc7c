package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.RopeStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Rotary position embedding as a graph uses it: the angles of a step's positions, computed once for all layers that share
/// them.
final class Rotary {
    private final Backend backend;
    private final Rope rope;
    private final RopeStyle style;
    private final int capacity;
    private final List<Angles> parts = new ArrayList<>(); // of a step, as many as the longest had so far
    private @Nullable Angles current;

    /// @param cos `[rows][pairs]`
    /// @param sin `[rows][pairs]`
    private record Angles(Activations cos, Activations sin) {}

    Rotary(Backend backend, Rope rope, RopeStyle style, int capacity) {
        this.backend = backend;
        this.rope = rope;
        this.style = style;
        this.capacity = capacity;
        parts.add(newAngles());
    }

    private Angles newAngles() {
        return new Angles(new Activations(capacity, rope.pairs()), new Activations(capacity, rope.pairs()));
    }

    /// Computes the angles for the rows of a step.
    void prepare(Step step) {
        prepare(new Step[]{step});
    }

    /// Computes the angles for the rows of all parts of a step, and uses those of the first.
    void prepare(Step[] steps) {
        while (parts.size() < steps.length) {
            parts.add(newAngles());
        }
        for (int part = 0; part < steps.length; part++) {
            rope.angles(steps[part], parts.get(part).cos, parts.get(part).sin);
        }
        use(0);
    }

    /// From now on it is the turn of this part.
    void use(int part) {
        current = parts.get(part);
    }

    /// Rotates the first values of each head of each row.
    ///
    /// @param x rows of `headCount` heads, changed in place
    void rotate(Activations x, int rows, int headCount, int headLength) {
        Angles angles = Objects.requireNonNull(current, "prepare comes first");
        backend.rope(x, rows, headCount, headLength, style, angles.cos, angles.sin);
    }
}
