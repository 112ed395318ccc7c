package dev.railhead.cpu;

import dev.railhead.cpu.simd.ScalarQuantizer;

/// Rounds activations to 8 bits for weights that stay floats. Scalar, because groups may be shorter than any vector:
/// only llama2.c's files with groups that are no multiple of 32 need it.
final class GroupRounding {
    private GroupRounding() {}

    /// Replaces each value by its integer times the group's scale.
    ///
    /// @param x `float[count]` from `at`, a group
    /// @param out receives the values at `to`, `to + step`, `to + 2 · step`, …
    static void round(float[] x, int at, int count, float[] out, int to, int step) {
        float d = ScalarQuantizer.scale(x, at, count);
        float inverse = ScalarQuantizer.inverse(d);
        for (int i = 0; i < count; i++) {
            out[to + i * step] = ScalarQuantizer.code(x[at + i], inverse) * d;
        }
    }
}
