package dev.railhead.core.reference;

/// Activations of one row, quantized to 8 bits per block of 32.
final class QuantizedRow {
    /// Values per block.
    static final int BLOCK = 32;

    /// The integers, float because a block of NaN has no integer; `float[K]`.
    final float[] codes;

    /// The scale of each block; `float[K / 32]`.
    final float[] scales;

    QuantizedRow(int columns) {
        codes = new float[columns];
        scales = new float[columns / BLOCK];
    }

    void quantize(float[] x, int offset) {
        for (int block = 0; block < scales.length; block++) {
            int first = block * BLOCK;
            float amax = 0f;
            for (int i = first; i < first + BLOCK; i++) {
                amax = Math.max(amax, Math.abs(x[offset + i]));
            }
            float d = amax / 127f;
            boolean tiny = d < Arithmetic.TINY_SCALE;
            float id = tiny ? 0f : 1f / d;
            scales[block] = tiny ? 0f : d;
            for (int i = first; i < first + BLOCK; i++) {
                float scaled = x[offset + i] * id;
                codes[i] = (scaled + Arithmetic.ROUND) - Arithmetic.ROUND;
            }
        }
    }
}
