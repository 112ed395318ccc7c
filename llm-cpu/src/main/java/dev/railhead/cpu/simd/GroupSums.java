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
    /// @param mins as `scales`; not read without minimums
    /// @param d scales of the activations; of each block, from `dAt`
    /// @param blockShift groups that share a scale of the activations: 0 for one, 1 for two
    /// @param negated −(d · sum of the activations) of each group, from `negatedAt`
    /// @param acc `float[rows]`
    public static void add(int groups, int rows, float[] sums, float[] scales, float[] mins, boolean hasMins, float[] d,
            int dAt, int blockShift, float[] negated, int negatedAt, float[] acc) {
        for (int r = 0; r < rows; r += LANES) {
            if (hasMins) {
                addWithMins(groups, rows, r, sums, scales, mins, d, dAt, blockShift, negated, negatedAt, acc);
            } else {
                add(groups, rows, r, sums, scales, d, dAt, blockShift, acc);
            }
        }
    }

    private static void add(int groups, int rows, int r, float[] sums, float[] scales, float[] d, int dAt,
            int blockShift, float[] acc) {
        FloatVector a = FloatVector.fromArray(FLOATS, acc, r);
        for (int g = 0; g < groups; g++) {
            FloatVector s = FloatVector.fromArray(FLOATS, scales, g * rows + r).mul(d[dAt + (g >> blockShift)]);
            a = s.fma(FloatVector.fromArray(FLOATS, sums, g * rows + r), a);
        }
        a.intoArray(acc, r);
    }

    private static void addWithMins(int groups, int rows, int r, float[] sums, float[] scales, float[] mins, float[] d,
            int dAt, int blockShift, float[] negated, int negatedAt, float[] acc) {
        FloatVector a = FloatVector.fromArray(FLOATS, acc, r);
        for (int g = 0; g < groups; g++) {
            FloatVector s = FloatVector.fromArray(FLOATS, scales, g * rows + r).mul(d[dAt + (g >> blockShift)]);
            a = s.fma(FloatVector.fromArray(FLOATS, sums, g * rows + r), a);
            FloatVector m = FloatVector.fromArray(FLOATS, mins, g * rows + r);
            a = m.fma(FloatVector.broadcast(FLOATS, negated[negatedAt + g]), a);
        }
        a.intoArray(acc, r);
    }
}
