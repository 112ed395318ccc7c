package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;

import jdk.incubator.vector.FloatVector;

/// The end of groups for a single row of activations: scales the exact sums of a chunk and adds them to the outputs of a
/// panel, group after group. Apart from the loops that make the sums, which so stay small enough to be compiled well.
public final class GroupSums {
    private GroupSums() {}

    /// `acc[r] = fma(scale[g][r] · d[g], sum[g][r], acc[r])` for each group g, and with minimums
    /// `acc[r] = fma(min[g][r], negated[g], acc[r])` after it.
    ///
    /// @param groups number of groups
    /// @param rows weight rows, a multiple of 16
    /// @param sums `float[groups][rows]`
    /// @param scales `float[groups][rows]`
    /// @param mins `float[groups][rows]`; not read without minimums
    /// @param d scale of the activations for each group, from `dAt`
    /// @param negated −(d · sum of the activations) for each group, from `dAt`
    public static void add(int groups, int rows, float[] sums, float[] scales, float[] mins, boolean hasMins, float[] d,
            float[] negated, int dAt, float[] acc) {
        for (int r = 0; r < rows; r += LANES) {
            if (hasMins) {
                addWithMins(groups, rows, r, sums, scales, mins, d, negated, dAt, acc);
            } else {
                add(groups, rows, r, sums, scales, d, dAt, acc);
            }
        }
    }

    private static void add(int groups, int rows, int r, float[] sums, float[] scales, float[] d, int dAt,
            float[] acc) {
        FloatVector a = FloatVector.fromArray(FLOATS, acc, r);
        for (int g = 0; g < groups; g++) {
            FloatVector scale = FloatVector.fromArray(FLOATS, scales, g * rows + r)
                    .mul(FloatVector.broadcast(FLOATS, d[dAt + g]));
            a = scale.fma(FloatVector.fromArray(FLOATS, sums, g * rows + r), a);
        }
        a.intoArray(acc, r);
    }

    private static void addWithMins(int groups, int rows, int r, float[] sums, float[] scales, float[] mins, float[] d,
            float[] negated, int dAt, float[] acc) {
        FloatVector a = FloatVector.fromArray(FLOATS, acc, r);
        for (int g = 0; g < groups; g++) {
            FloatVector scale = FloatVector.fromArray(FLOATS, scales, g * rows + r)
                    .mul(FloatVector.broadcast(FLOATS, d[dAt + g]));
            a = scale.fma(FloatVector.fromArray(FLOATS, sums, g * rows + r), a);
            a = FloatVector.fromArray(FLOATS, mins, g * rows + r).fma(FloatVector.broadcast(FLOATS, negated[dAt + g]),
                    a);
        }
        a.intoArray(acc, r);
    }

    /// Adds the sums of neighbouring groups: `float[groups][rows]` from `float[2 · groups][rows]`, in place.
    public static void halve(int groups, int rows, float[] sums) {
        for (int g = 0; g < groups; g++) {
            for (int r = 0; r < rows; r += LANES) {
                FloatVector first = FloatVector.fromArray(FLOATS, sums, 2 * g * rows + r);
                first.add(FloatVector.fromArray(FLOATS, sums, (2 * g + 1) * rows + r)).intoArray(sums, g * rows + r);
            }
        }
    }
}
