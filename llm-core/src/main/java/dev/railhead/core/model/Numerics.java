package dev.railhead.core.model;

import dev.railhead.KvCacheType;
import dev.railhead.NumericException;
import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;

/// Finds values that are not finite before they spread, so that a message can name the layer.
final class Numerics {
    private static final int EXPONENT = 0x7f800000;

    private Numerics() {}

    /// Checks the hidden state after a layer.
    static void check(Activations x, Step step, int layer) {
        if (hasNonFinite(x.values, step.rows() * x.columns)) {
            for (int row = 0; row < step.rows(); row++) {
                for (int i = 0; i < x.columns; i++) {
                    float value = x.values[row * x.columns + i];
                    if (!Float.isFinite(value)) {
                        throw failure("layer " + layer, step, row, value);
                    }
                }
            }
        }
    }

    /// Checks the logits of a row.
    static void checkLogits(float[] logits, Step step, int row) {
        if (hasNonFinite(logits, logits.length)) {
            throw failure("the output", step, row, Float.NaN);
        }
    }

    /// Checks what a head made of a text.
    static void checkText(float[] values, int text) {
        if (hasNonFinite(values, values.length)) {
            throw new NumericException("the head behind pooling, text " + text
                    + ": expected finite values, found others; the weights are damaged or out of range");
        }
    }

    /// One pass without branches; the JIT compiler makes vectors of it.
    private static boolean hasNonFinite(float[] values, int count) {
        int worst = 0;
        for (int i = 0; i < count; i++) {
            worst = Math.max(worst, Float.floatToRawIntBits(values[i]) & EXPONENT);
        }
        return worst == EXPONENT;
    }

    private static NumericException failure(String where, Step step, int row, float value) {
        return new NumericException(where + ", token " + step.token(row) + " at position " + step.position(row)
                + ": expected finite values, found " + value + "; the weights are damaged or out of range"
                + (step.layout().type() == KvCacheType.F16
                        ? ", or keys or values are beyond half precision: try KvCacheType.F32"
                        : ""));
    }
}
