package dev.railhead.core.model;

import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import org.jspecify.annotations.Nullable;

/// A matrix and, where the file has it, a bias.
///
/// @param matrix `[rows][columns]`
/// @param bias `float[rows]`, or null
record Linear(Matrix matrix, float @Nullable [] bias) {
    /// Number of outputs.
    int rows() {
        return matrix.rows();
    }

    /// `out = matrix · in + bias` for each row.
    void apply(Backend backend, Activations in, int rows, Activations out) {
        backend.matmul(in, rows, matrix, out);
        addBias(backend, out, rows);
    }

    /// Adds the bias, if there is one.
    void addBias(Backend backend, Activations out, int rows) {
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
            layers[i].addBias(backend, outs[i], rows);
        }
    }
}
