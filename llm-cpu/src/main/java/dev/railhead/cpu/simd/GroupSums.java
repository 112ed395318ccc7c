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
    /// @param rows weight rows, a multiple of 64
    /// @param sums `float[groups][rows]`
    /// @param scales `float[groups][rows]`
    /// @param mins as `scales`; not read without minimums
    /// @param d scales of the activations; of each block, from `dAt`
    /// @param blockShift groups that share a scale of the activations: 0 for one, 1 for two
    /// @param negated −(d · sum of the activations) of each group, from `negatedAt`
    /// @param acc `float[rows]`
    public static void add(int groups, int rows, float[] sums, float[] scales, float[] mins, boolean hasMins, float[] d,
            int dAt, int blockShift, float[] negated, int negatedAt, float[] acc) {
        for (int r = 0; r < rows; r += 4 * LANES) {
            if (hasMins) {
                addWithMins(groups, rows, r, sums, scales, mins, d, dAt, blockShift, negated, negatedAt, acc);
            } else {
                add(groups, rows, r, sums, scales, d, dAt, blockShift, acc);
            }
        }
    }

    /// Four vectors, because each is a chain of additions that wait for one another.
    private static void add(int groups, int rows, int r, float[] sums, float[] scales, float[] d, int dAt,
            int blockShift, float[] acc) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, acc, r);
        FloatVector a1 = FloatVector.fromArray(FLOATS, acc, r + LANES);
        FloatVector a2 = FloatVector.fromArray(FLOATS, acc, r + 2 * LANES);
        FloatVector a3 = FloatVector.fromArray(FLOATS, acc, r + 3 * LANES);
        for (int g = 0, i = r; g < groups; g++, i += rows) {
            FloatVector x = FloatVector.broadcast(FLOATS, d[dAt + (g >> blockShift)]);
            a0 = FloatVector.fromArray(FLOATS, scales, i).mul(x).fma(FloatVector.fromArray(FLOATS, sums, i), a0);
            a1 = FloatVector.fromArray(FLOATS, scales, i + LANES).mul(x)
                    .fma(FloatVector.fromArray(FLOATS, sums, i + LANES), a1);
            a2 = FloatVector.fromArray(FLOATS, scales, i + 2 * LANES).mul(x)
                    .fma(FloatVector.fromArray(FLOATS, sums, i + 2 * LANES), a2);
            a3 = FloatVector.fromArray(FLOATS, scales, i + 3 * LANES).mul(x)
                    .fma(FloatVector.fromArray(FLOATS, sums, i + 3 * LANES), a3);
        }
        a0.intoArray(acc, r);
        a1.intoArray(acc, r + LANES);
        a2.intoArray(acc, r + 2 * LANES);
        a3.intoArray(acc, r + 3 * LANES);
    }

    private static void addWithMins(int groups, int rows, int r, float[] sums, float[] scales, float[] mins, float[] d,
            int dAt, int blockShift, float[] negated, int negatedAt, float[] acc) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, acc, r);
        FloatVector a1 = FloatVector.fromArray(FLOATS, acc, r + LANES);
        FloatVector a2 = FloatVector.fromArray(FLOATS, acc, r + 2 * LANES);
        FloatVector a3 = FloatVector.fromArray(FLOATS, acc, r + 3 * LANES);
        for (int g = 0, i = r; g < groups; g++, i += rows) {
            FloatVector x = FloatVector.broadcast(FLOATS, d[dAt + (g >> blockShift)]);
            FloatVector n = FloatVector.broadcast(FLOATS, negated[negatedAt + g]);
            a0 = FloatVector.fromArray(FLOATS, scales, i).mul(x).fma(FloatVector.fromArray(FLOATS, sums, i), a0);
            a0 = FloatVector.fromArray(FLOATS, mins, i).fma(n, a0);
            a1 = FloatVector.fromArray(FLOATS, scales, i + LANES).mul(x)
                    .fma(FloatVector.fromArray(FLOATS, sums, i + LANES), a1);
            a1 = FloatVector.fromArray(FLOATS, mins, i + LANES).fma(n, a1);
            a2 = FloatVector.fromArray(FLOATS, scales, i + 2 * LANES).mul(x)
                    .fma(FloatVector.fromArray(FLOATS, sums, i + 2 * LANES), a2);
            a2 = FloatVector.fromArray(FLOATS, mins, i + 2 * LANES).fma(n, a2);
            a3 = FloatVector.fromArray(FLOATS, scales, i + 3 * LANES).mul(x)
                    .fma(FloatVector.fromArray(FLOATS, sums, i + 3 * LANES), a3);
            a3 = FloatVector.fromArray(FLOATS, mins, i + 3 * LANES).fma(n, a3);
        }
        a0.intoArray(acc, r);
        a1.intoArray(acc, r + LANES);
        a2.intoArray(acc, r + 2 * LANES);
        a3.intoArray(acc, r + 3 * LANES);
    }
}
