package dev.railhead.core.model;

import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;

/// What comes behind pooling: a small network that makes one vector of another, for each text by itself. Holds working memory,
/// so it is used where steps are: one at a time.
public abstract class TextHead {
    /// Texts that share a pass over the weights.
    static final int GROUP = 16;

    private final Backend backend;
    private final Activations in;

    TextHead(GraphBuilder b) {
        backend = b.backend();
        in = new Activations(GROUP, b.width());
    }

    final Backend backend() {
        return backend;
    }

    /// Values that come out for each text.
    public abstract int outputs();

    /// @param x `[rows][width]`
    /// @param rows at most [#GROUP]
    /// @return `[rows][outputs()]`
    abstract Activations compute(Activations x, int rows);

    /// Computes all texts.
    ///
    /// @param pooled `float[texts][width]`
    /// @return `float[texts][outputs()]`
    /// @throws dev.railhead.NumericException if a result is not finite
    public final float[][] apply(float[][] pooled) {
        float[][] results = new float[pooled.length][outputs()];
        for (int first = 0; first < pooled.length; first += GROUP) {
            int rows = Math.min(GROUP, pooled.length - first);
            for (int row = 0; row < rows; row++) {
                System.arraycopy(pooled[first + row], 0, in.values, row * in.columns, in.columns);
            }
            Activations out = compute(in, rows);
            for (int row = 0; row < rows; row++) {
                System.arraycopy(out.values, row * out.columns, results[first + row], 0, out.columns);
                Numerics.checkText(results[first + row], first + row);
            }
        }
        return results;
    }
}
