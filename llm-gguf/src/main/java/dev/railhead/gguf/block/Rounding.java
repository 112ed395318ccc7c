package dev.railhead.gguf.block;

/// What the quantizers have in common.
final class Rounding {
    private static final float MAGIC = 12582912f;
    private static final int MAGIC_BITS = Float.floatToRawIntBits(MAGIC);

    private Rounding() {}

    /// The nearest integer to `value · inverse`, ties to even, within a range. Adding 1.5 · 2^23 leaves the integer in
    /// the low bits of the sum, which compiles to fewer and vectorizable instructions than a rounding conversion.
    static int code(float value, float inverse, int lowest, int highest) {
        float code = Math.max(lowest, Math.min(highest, value * inverse));
        return Float.floatToRawIntBits(code + MAGIC) - MAGIC_BITS;
    }

    /// `1 / scale`, or 0 for 0: all codes become 0.
    static float inverse(float scale) {
        return scale == 0 ? 0 : 1 / scale;
    }

    /// The value with the largest magnitude, sign included.
    static float extreme(float[] in, int from, int count) {
        float extreme = 0;
        for (int i = from; i < from + count; i++) {
            if (Math.abs(in[i]) > Math.abs(extreme)) {
                extreme = in[i];
            }
        }
        return extreme;
    }

    /// The scale for which the extreme value becomes the code `−bias`, the one code without a positive counterpart.
    static float signedScale(float[] in, int from, int count, int bias) {
        float extreme = extreme(in, from, count);
        return extreme == 0 ? 0 : extreme / -bias;
    }

    static float min(float[] in, int from, int count) {
        float min = in[from];
        for (int i = from + 1; i < from + count; i++) {
            min = Math.min(min, in[i]);
        }
        return min;
    }

    static float max(float[] in, int from, int count) {
        float max = in[from];
        for (int i = from + 1; i < from + count; i++) {
            max = Math.max(max, in[i]);
        }
        return max;
    }
}
