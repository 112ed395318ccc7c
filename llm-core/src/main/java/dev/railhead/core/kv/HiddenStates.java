package dev.railhead.core.kv;

import dev.railhead.spi.Activations;

/// Receives what a model made of the rows of a step, after its final norm.
@FunctionalInterface
public interface HiddenStates {
    /// The next rows: a step comes in one call, or in several in the order of its rows.
    ///
    /// @param x `[rows][width]`, the model's own memory: valid during the call, and not to be changed
    void accept(Activations x, int rows);
}
