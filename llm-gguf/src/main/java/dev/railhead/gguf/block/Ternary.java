package dev.railhead.gguf.block;

/// Eight values of the IQ1 types: `8 · digit + 1`, or `8 · digit − 1`, with digits −1, 0 and 1.
final class Ternary {
    private static final int LENGTH = 8;
    private static final int STEP = 8;

    private Ternary() {}

    /// @param point of [Grids#IQ1]
    /// @param minus 1 where one is subtracted, 0 where it is added
    static void unpack(int point, int minus, byte[] codes, int to) {
        for (int j = 0; j < LENGTH; j++) {
            codes[to + j] = (byte) (STEP * (Grids.IQ1.digit(point, j) - 1) + 1 - 2 * minus);
        }
    }

    /// Which is nearer: values with a negative sum, or others.
    static int minus(float[] in, int from, int count) {
        float sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += in[i];
        }
        return sum < 0 ? 1 : 0;
    }

    /// The point nearest to values times `inverse`.
    static int point(float[] in, int from, float inverse, int minus) {
        int[] digits = new int[LENGTH];
        for (int j = 0; j < LENGTH; j++) {
            float value = in[from + j] * inverse - (1 - 2 * minus);
            digits[j] = Rounding.code(value, 1f / STEP, -1, 1) + 1;
        }
        return Grids.IQ1.nearest(digits);
    }
}
