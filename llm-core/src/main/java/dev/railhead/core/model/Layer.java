package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;

/// A layer, or a part of one, that changes the residual stream.
@FunctionalInterface
interface Layer {
    /// @param x the residual stream, `[rows][width]`, changed in place
    void forward(Activations x, Step step);

    /// This layer followed by another.
    default Layer then(Layer next) {
        return (x, step) -> {
            forward(x, step);
            next.forward(x, step);
        };
    }
}
