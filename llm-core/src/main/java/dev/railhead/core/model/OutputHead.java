package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import java.util.Objects;

/// The final norm and the matrix that turns hidden states into logits, for the rows of a step that want them.
final class OutputHead {
    /// Rows of logits computed at a time. A row of a large vocabulary is 600 KB of f32; eight of them share one pass
    /// over
    /// the matrix, which is as large as several layers.
    private static final int GROUP = 8;

    private final Backend backend;
    private final Norm norm;
    private final Linear output;
    private final float scale;
    private final float softcap;
    private final Activations hidden;
    private final Activations logits;
    private final int[] rowOf = new int[GROUP];

    /// @param norm the final norm
    /// @param output `[vocabulary][width]`
    OutputHead(GraphBuilder b, Norm norm, Linear output) {
        this(b, norm, output, 1f, 0f);
    }

    /// @param scale factor of the logits
    /// @param softcap caps the logits if above 0: `softcap · tanh(logit / softcap)`
    OutputHead(GraphBuilder b, Norm norm, Linear output, float scale, float softcap) {
        backend = b.backend();
        this.norm = norm;
        this.output = output;
        this.scale = scale;
        this.softcap = softcap;
        hidden = new Activations(GROUP, b.width());
        logits = new Activations(GROUP, output.rows());
    }

    /// Applies the final norm in place.
    void normalize(Activations x, int rows) {
        norm.apply(x, rows, x);
    }

    /// Computes the logits of the rows that want them.
    ///
    /// @param x hidden states of all rows
    void logits(Activations x, Step step) {
        int group = 0;
        for (int row = 0; row < step.rows(); row++) {
            if (step.logits(row) != null) {
                System.arraycopy(x.values, row * x.columns, hidden.values, group * x.columns, x.columns);
                rowOf[group++] = row;
            }
            if (group == GROUP || (group > 0 && row == step.rows() - 1)) {
                step.checkCancelled();
                compute(group, step);
                group = 0;
            }
        }
    }

    private void compute(int group, Step step) {
        norm.apply(hidden, group, hidden);
        output.apply(backend, hidden, group, logits);
        if (scale != 1f) {
            Rows.scale(logits, group, scale);
        }
        if (softcap > 0) {
            backend.softcap(logits, group, softcap);
        }
        for (int i = 0; i < group; i++) {
            float[] destination = Objects.requireNonNull(step.logits(rowOf[i]));
            System.arraycopy(logits.values, i * logits.columns, destination, 0, logits.columns);
            Numerics.checkLogits(destination, step, rowOf[i]);
        }
    }
}
