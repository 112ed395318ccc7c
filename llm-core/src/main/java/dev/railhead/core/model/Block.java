package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;

/// A part of a layer that computes rows from rows: attention, a feed-forward network, a recurrence. Its weights are packed;
/// its working memory is shared, so one step at a time.
interface Block {
    /// Computes all rows of a step.
    ///
    /// @param in `[rows][width]`, not changed
    /// @param out receives `[rows][width]`; not `in`
    void forward(Activations in, Step step, Activations out);
}
