package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import org.jspecify.annotations.Nullable;

/// A layer whose rows see those behind them: the keys and values of all rows of a text are kept before the first row goes
/// through it.
final class EncoderLayer {
    private final @Nullable Norm norm;
    private final KeepingBlock attention;
    private final Layer whole;
    private final Activations normed; // [rows][width]

    /// @param norm of what attention reads; null for none
    /// @param attention of the layer
    /// @param whole the layer with that attention
    EncoderLayer(GraphBuilder b, @Nullable Norm norm, KeepingBlock attention, Layer whole) {
        this.norm = norm;
        this.attention = attention;
        this.whole = whole;
        normed = b.buffer("normed", b.width());
    }

    /// Keeps the keys and values of some rows.
    ///
    /// @param x the residual stream, `[rows][width]`, not changed
    void keep(Activations x, Step step) {
        if (norm != null) {
            norm.apply(x, step.rows(), normed);
        }
        attention.keep(norm != null ? normed : x, step);
    }

    /// Takes some rows through the layer.
    ///
    /// @param x the residual stream, `[rows][width]`, changed in place
    void forward(Activations x, Step step) {
        whole.forward(x, step);
    }
}
