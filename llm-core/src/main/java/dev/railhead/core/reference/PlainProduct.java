package dev.railhead.core.reference;

import dev.railhead.spi.Activations;
import dev.railhead.spi.CodeLayout;
import dev.railhead.spi.WeightType;
import java.util.Objects;

/// One matrix product in plain loops. The activations are prepared once; then any rows of the matrix can be computed, by
/// several threads.
public final class PlainProduct {
    private final PlainMatrix weight;
    private final int rows;
    private final Activations out;

    /// Activations of a matrix of floats, `float[rows][columns]`.
    private final float[] values;

    /// Activations of a matrix of codes, one for each row.
    private final QuantizedRow[] quantized;

    /// @param in rows of `weight.columns()` activations
    /// @param rows number of rows
    /// @param out receives rows of `weight.rows()` outputs
    public PlainProduct(PlainMatrix weight, Activations in, int rows, Activations out) {
        this.weight = weight;
        this.rows = rows;
        this.out = out;
        int group = weight.type().activationGroup();
        quantized = new QuantizedRow[group == 0 ? 0 : rows];
        for (int r = 0; r < quantized.length; r++) {
            quantized[r] = new QuantizedRow(in.columns, group);
            quantized[r].quantize(in.values, r * in.columns);
        }
        values = hasCodes() || group == 0 ? in.values : dequantized(in.columns);
    }

    private boolean hasCodes() {
        return weight.type().form() == WeightType.Form.CODES;
    }

    private float[] dequantized(int columns) {
        float[] all = new float[rows * columns];
        for (int r = 0; r < rows; r++) {
            quantized[r].dequantize(all, r * columns);
        }
        return all;
    }

    /// Computes the outputs of the matrix rows from `from` to before `to`.
    public void compute(int from, int to) {
        if (hasCodes()) {
            multiplyCodes(from, to);
        } else {
            multiplyFloats(from, to);
        }
    }

    /// `out[r][n] = Σ_k w[n][k] · x[r][k]` with f32 weights and activations.
    private void multiplyFloats(int from, int to) {
        int columns = weight.columns();
        float[] w = new float[columns];
        for (int n = from; n < to; n++) {
            weight.row(n, w, 0);
            for (int r = 0; r < rows; r++) {
                out.values[r * out.columns + n] = dot(w, values, r * columns);
            }
        }
    }

    private static float dot(float[] w, float[] x, int offset) {
        float acc = 0f;
        for (int k = 0; k < w.length; k++) {
            acc = Math.fma(w[k], x[offset + k], acc);
        }
        return acc;
    }

    /// `out[r][n] = Σ_k w[n][k] · x[r][k]` with integer codes: an exact sum per group, one fma per group for the scale,
    /// one for the minimum.
    private void multiplyCodes(int from, int to) {
        CodeLayout layout = Objects.requireNonNull(weight.type().codes());
        int groups = weight.columns() / layout.groupSize();
        byte[] codes = new byte[weight.columns()];
        float[] scales = new float[groups];
        float[] mins = new float[groups];
        for (int n = from; n < to; n++) {
            weight.codes(n, codes, scales, mins);
            for (int r = 0; r < rows; r++) {
                out.values[r * out.columns + n] = dot(layout, codes, scales, mins, quantized[r]);
            }
        }
    }

    private static float dot(CodeLayout layout, byte[] codes, float[] scales, float[] mins, QuantizedRow x) {
        int groupSize = layout.groupSize();
        float acc = 0f;
        for (int g = 0; g < scales.length; g++) {
            int first = g * groupSize;
            float d = x.scales[first / x.groupSize];
            acc = Math.fma(scales[g] * d, sum(codes, x.codes, first, groupSize), acc);
            if (layout.hasMins()) {
                acc = Math.fma(mins[g], -(d * sum(x.codes, first, groupSize)), acc);
            }
        }
        return acc;
    }

    /// `Σ codes · x` over a group: exact, being below 2^24.
    private static float sum(byte[] codes, float[] x, int first, int count) {
        float sum = 0f;
        for (int k = first; k < first + count; k++) {
            sum += codes[k] * x[k];
        }
        return sum;
    }

    /// `Σ x` over a group.
    private static float sum(float[] x, int first, int count) {
        float sum = 0f;
        for (int k = first; k < first + count; k++) {
            sum += x[k];
        }
        return sum;
    }
}
