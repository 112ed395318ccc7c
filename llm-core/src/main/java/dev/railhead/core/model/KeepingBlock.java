package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;

/// Attention whose keys and values can be stored apart from attending to them.
interface KeepingBlock extends Block {
    /// Stores the keys and values of the rows in their sequences.
    ///
    /// @param in `[rows][width]`, not changed
    void keep(Activations in, Step step);
}
