package dev.railhead.core.model;

import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import java.util.Arrays;

/// Matrices of which each head has its own, applied to all heads in one go.
final class HeadMatrices {
    private final Linear[] heads;
    private final Matrix[] matrices;

    /// @param heads all of one shape
    HeadMatrices(Linear[] heads) {
        this.heads = heads;
        matrices = Arrays.stream(heads).map(Linear::matrix).toArray(Matrix[]::new);
    }

    /// Multiplies what each head has in a row by the head's matrix, as [Backend#matmulParts].
    ///
    /// @param in rows of the heads' inputs, each at the front of its part
    /// @param out receives the heads' outputs, each at the end of its part
    void apply(Backend backend, Activations in, int rows, Activations out) {
        backend.matmulParts(in, rows, matrices, out);
        int part = out.columns / heads.length;
        for (int head = 0; head < heads.length; head++) {
            finish(heads[head], out, (head + 1) * part - heads[head].rows(), rows);
        }
    }

    /// The factor and the bias of a head, where the file has them.
    private static void finish(Linear head, Activations out, int column, int rows) {
        float[] bias = head.bias();
        if (head.scale() == 1f && bias == null) {
            return;
        }
        for (int row = 0; row < rows; row++) {
            int first = row * out.columns + column;
            for (int i = 0; i < head.rows(); i++) {
                float y = out.values[first + i] * head.scale();
                out.values[first + i] = bias == null ? y : y + bias[i];
            }
        }
    }
}
