package dev.railhead.core.model;

import dev.railhead.spi.Activations;

/// Small operations on rows, in plain loops that the compiler makes vectors of. Each value has its own few operations, so
/// that bits can't differ.
final class Rows {
    private Rows() {}

    /// `x = x · factor`.
    static void scale(Activations x, int rows, float factor) {
        float[] values = x.values;
        int count = rows * x.columns;
        for (int i = 0; i < count; i++) {
            values[i] *= factor;
        }
    }

    /// `x[row] = x[row] + y`.
    ///
    /// @param y `float[x.columns]`
    static void add(float[] y, Activations x, int row) {
        float[] values = x.values;
        int first = row * y.length;
        for (int i = 0; i < y.length; i++) {
            values[first + i] += y[i];
        }
    }

    /// `x = x · weight` for each row.
    ///
    /// @param weight `float[x.columns]`
    static void multiply(Activations x, int rows, float[] weight) {
        float[] values = x.values;
        for (int row = 0; row < rows; row++) {
            int first = row * weight.length;
            for (int i = 0; i < weight.length; i++) {
                values[first + i] *= weight[i];
            }
        }
    }

    /// `x = x · y`.
    static void multiply(Activations x, Activations y, int rows) {
        float[] a = x.values;
        float[] b = y.values;
        int count = rows * x.columns;
        for (int i = 0; i < count; i++) {
            a[i] *= b[i];
        }
    }

    /// `y[toRow] = fma(factor, x[row], y[toRow])`.
    static void addScaled(Activations x, int row, float factor, Activations y, int toRow) {
        float[] from = x.values;
        float[] to = y.values;
        int columns = x.columns;
        int a = row * columns;
        int b = toRow * columns;
        for (int i = 0; i < columns; i++) {
            to[b + i] = Math.fma(factor, from[a + i], to[b + i]);
        }
    }

    /// The softmax of a row, in place, in double precision and in the order of the values.
    static void softmax(Activations x, int row) {
        int first = row * x.columns;
        int end = first + x.columns;
        float max = Float.NEGATIVE_INFINITY;
        for (int i = first; i < end; i++) {
            max = Math.max(max, x.values[i]);
        }
        double sum = 0;
        for (int i = first; i < end; i++) {
            sum += StrictMath.exp(x.values[i] - (double) max);
        }
        for (int i = first; i < end; i++) {
            x.values[i] = (float) (StrictMath.exp(x.values[i] - (double) max) / sum);
        }
    }
}
