package dev.railhead.cpu.simd;

/// The rounding of [BlockQuantizer] value by value, for groups that may be shorter than any vector.
public final class ScalarQuantizer {
    private ScalarQuantizer() {}

    /// The scale of a group; NaN if a value is.
    ///
    /// @param x `float[count]` from `at`
    public static float scale(float[] x, int at, int count) {
        float amax = 0f;
        for (int i = at; i < at + count; i++) {
            amax = Math.max(amax, Math.abs(x[i]));
        }
        float d = amax / BlockQuantizer.MAX;
        return d < BlockQuantizer.TINY_SCALE ? 0f : d;
    }

    /// What values are multiplied by before they are rounded.
    public static float inverse(float d) {
        return d == 0f ? 0f : 1f / d;
    }

    /// The integer of a value, −127 … 127 or NaN.
    ///
    /// @param inverse of the group's scale
    public static float code(float x, float inverse) {
        return (x * inverse + BlockQuantizer.ROUND) - BlockQuantizer.ROUND;
    }
}
