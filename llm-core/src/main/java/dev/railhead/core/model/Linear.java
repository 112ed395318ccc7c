package dev.railhead.core.model;

import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import org.jspecify.annotations.Nullable;

/// A matrix and, where the file has them, a factor of what it gives and a bias.
///
/// @param matrix `[rows][columns]`
/// @param scale multiplies the product before the bias is added: a companion of matrices in NVFP4, else 1
/// @param bias `float[rows]`, or null
record Linear(Matrix matrix, float scale, float @Nullable [] bias) {
    /// With another factor.
    Linear withScale(float other) {
        return new Linear(matrix, other, bias);
    }

    /// With another bias.
    Linear withBias(float @Nullable [] other) {
        return new Linear(matrix, scale, other);
    }

    /// Number of outputs.
    int rows() {
        return matrix.rows();
    }

    /// `out = scale · (matrix · in) + bias` for each row.
    void apply(Backend backend, Activations in, int rows, Activations out) {
        backend.matmul(in, rows, matrix, out);
        finish(backend, out, rows);
    }

    /// What comes after the product.
    private void finish(Backend backend, Activations out, int rows) {
        if (scale != 1f) {
            Rows.scale(out, rows, scale);
        }
        if (bias != null) {
            backend.addBias(out, rows, bias);
        }
    }

    /// Several layers that read the same input, in one pass.
    static void apply(Backend backend, Activations in, int rows, Linear[] layers, Activations[] outs) {
        Matrix[] matrices = new Matrix[layers.length];
        for (int i = 0; i < layers.length; i++) {
            matrices[i] = layers[i].matrix;
        }
        backend.matmul(in, rows, matrices, outs);
        for (int i = 0; i < layers.length; i++) {
            layers[i].finish(backend, outs[i], rows);
        }
    }
}
