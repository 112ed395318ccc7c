package dev.railhead.core.reference;

/// Activations of one row, quantized to 8 bits in groups that share a scale.
final class QuantizedRow {
    /// Values per scale.
    final int groupSize;

    /// The integers, float because a group of NaN has no integer; `float[K]`.
    final float[] codes;

    /// The scale of each group; `float[K / groupSize]`.
    final float[] scales;

    /// @param groupSize the weight type's activation group, which divides `columns`
    QuantizedRow(int columns, int groupSize) {
        this.groupSize = groupSize;
        codes = new float[columns];
        scales = new float[columns / groupSize];
    }

    void quantize(float[] x, int offset) {
        for (int group = 0; group < scales.length; group++) {
            int first = group * groupSize;
            float amax = 0f;
            for (int i = first; i < first + groupSize; i++) {
                amax = Math.max(amax, Math.abs(x[offset + i]));
            }
            float d = amax / 127f;
            boolean tiny = d < Arithmetic.TINY_SCALE;
            float id = tiny ? 0f : 1f / d;
            scales[group] = tiny ? 0f : d;
            for (int i = first; i < first + groupSize; i++) {
                float scaled = x[offset + i] * id;
                codes[i] = (scaled + Arithmetic.ROUND) - Arithmetic.ROUND;
            }
        }
    }

    /// Writes the values that integers and scales stand for.
    ///
    /// @param out receives `K` values from `offset`
    void dequantize(float[] out, int offset) {
        for (int i = 0; i < codes.length; i++) {
            out[offset + i] = codes[i] * scales[i / groupSize];
        }
    }
}
