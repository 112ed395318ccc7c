package dev.railhead.cpu;

/// Rounds activations to 8 bits for weights that stay floats. Scalar, because groups may be shorter than any vector:
/// only llama2.c's files with groups that are no multiple of 32 need it.
final class GroupRounding {
    /// Adding and subtracting 1.5 · 2^23 rounds to the nearest integer, ties to even.
    private static final float ROUND = 12582912f;

    /// Scales below count as zero: their inverse would be near infinity.
    private static final float TINY_SCALE = 0x1p-100f;

    private GroupRounding() {}

    /// Replaces each value by its integer times the group's scale.
    ///
    /// @param x `float[count]` from `at`, a group
    /// @param out receives the values at `to`, `to + step`, `to + 2 · step`, …
    static void round(float[] x, int at, int count, float[] out, int to, int step) {
        float amax = 0f;
        for (int i = 0; i < count; i++) {
            amax = Math.max(amax, Math.abs(x[at + i]));
        }
        boolean tiny = amax / 127f < TINY_SCALE;
        float d = tiny ? 0f : amax / 127f;
        float id = tiny ? 0f : 1f / d;
        for (int i = 0; i < count; i++) {
            out[to + i * step] = (x[at + i] * id + ROUND - ROUND) * d;
        }
    }
}
