package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.HALF_SHORTS;
import static dev.railhead.cpu.simd.Width.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// The end of groups for a single row of activations, where a group's exact sum comes in two 16-bit parts: puts the parts
/// together, scales the sums and adds them to the outputs of a panel, group after group. Apart from the loops that make the
/// parts, which so stay small enough to be compiled well.
public final class PartSums {
    private PartSums() {}

    /// With `sum[g][r] = weight · parts[g][1][r] + parts[g][0][r] + center · xsums[g]`, for each group g in order
    /// `acc[r] = fma(scale[g][r] · d[g], sum[g][r], acc[r])`, and with minimums `acc[r] = fma(min[g][r], negated[g], acc[r])`
    /// after it.
    ///
    /// @param groups number of groups
    /// @param rows weight rows, a multiple of 64
    /// @param parts `short[groups][2][rows]`
    /// @param weight of the second part
    /// @param scales `float[groups][rows]`
    /// @param mins as `scales`; not read without minimums
    /// @param d scales of the activations; of each block, from `dAt`
    /// @param blockShift groups that share a scale of the activations: 0 for one, 1 for two
    /// @param negated −(d · sum of the activations) of each group, from `xsumsAt`
    /// @param center what codes are stored less
    /// @param xsums sum of the activations of each group, from `xsumsAt`
    /// @param acc `float[rows]` from `accAt`
    public static void add(int groups, int rows, short[] parts, float weight, float[] scales, float[] mins,
            boolean hasMins, float[] d, int dAt, int blockShift, float[] negated, float center, float[] xsums,
            int xsumsAt,
            float[] acc, int accAt) {
        for (int r = 0; r < rows; r += 4 * LANES) {
            sum(groups, rows, r, parts, weight, scales, d, dAt, blockShift, center, xsums, xsumsAt, mins, negated,
                    hasMins, acc, accAt + r);
        }
    }

    /// Four vectors, because each is a chain of additions that wait for one another.
    private static void sum(int groups, int rows, int r, short[] parts, float weight, float[] scales, float[] d,
            int dAt, int blockShift, float center, float[] xsums, int xsumsAt, float[] mins, float[] negated,
            boolean hasMins, float[] acc, int accAt) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, acc, accAt);
        FloatVector a1 = FloatVector.fromArray(FLOATS, acc, accAt + LANES);
        FloatVector a2 = FloatVector.fromArray(FLOATS, acc, accAt + 2 * LANES);
        FloatVector a3 = FloatVector.fromArray(FLOATS, acc, accAt + 3 * LANES);
        FloatVector w = FloatVector.broadcast(FLOATS, weight);
        for (int g = 0; g < groups; g++) {
            int i = 2 * g * rows + r;
            int j = i + rows;
            int s = g * rows + r;
            FloatVector x = FloatVector.broadcast(FLOATS, d[dAt + (g >> blockShift)]);
            FloatVector z = FloatVector.broadcast(FLOATS, center * xsums[xsumsAt + g]);
            FloatVector v0 = ((FloatVector) ShortVector.fromArray(HALF_SHORTS, parts, j)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)).fma(w,
                            ((FloatVector) ShortVector
                                    .fromArray(HALF_SHORTS, parts, i).convertShape(VectorOperators.S2F, FLOATS, 0))
                                    .add(z));
            a0 = FloatVector.fromArray(FLOATS, scales, s).mul(x).fma(v0, a0);
            FloatVector v1 = ((FloatVector) ShortVector.fromArray(HALF_SHORTS, parts, j + LANES)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)).fma(w,
                            ((FloatVector) ShortVector
                                    .fromArray(HALF_SHORTS, parts, i + LANES)
                                    .convertShape(VectorOperators.S2F, FLOATS, 0))
                                    .add(z));
            a1 = FloatVector.fromArray(FLOATS, scales, s + LANES).mul(x).fma(v1, a1);
            FloatVector v2 = ((FloatVector) ShortVector.fromArray(HALF_SHORTS, parts, j + 2 * LANES)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)).fma(w,
                            ((FloatVector) ShortVector
                                    .fromArray(HALF_SHORTS, parts, i + 2 * LANES)
                                    .convertShape(VectorOperators.S2F, FLOATS, 0)).add(z));
            a2 = FloatVector.fromArray(FLOATS, scales, s + 2 * LANES).mul(x).fma(v2, a2);
            FloatVector v3 = ((FloatVector) ShortVector.fromArray(HALF_SHORTS, parts, j + 3 * LANES)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)).fma(w,
                            ((FloatVector) ShortVector
                                    .fromArray(HALF_SHORTS, parts, i + 3 * LANES)
                                    .convertShape(VectorOperators.S2F, FLOATS, 0)).add(z));
            a3 = FloatVector.fromArray(FLOATS, scales, s + 3 * LANES).mul(x).fma(v3, a3);
            if (hasMins) {
                FloatVector n = FloatVector.broadcast(FLOATS, negated[xsumsAt + g]);
                a0 = FloatVector.fromArray(FLOATS, mins, s).fma(n, a0);
                a1 = FloatVector.fromArray(FLOATS, mins, s + LANES).fma(n, a1);
                a2 = FloatVector.fromArray(FLOATS, mins, s + 2 * LANES).fma(n, a2);
                a3 = FloatVector.fromArray(FLOATS, mins, s + 3 * LANES).fma(n, a3);
            }
        }
        a0.intoArray(acc, accAt);
        a1.intoArray(acc, accAt + LANES);
        a2.intoArray(acc, accAt + 2 * LANES);
        a3.intoArray(acc, accAt + 3 * LANES);
    }
}
