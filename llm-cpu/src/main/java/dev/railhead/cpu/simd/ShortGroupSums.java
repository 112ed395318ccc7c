package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.HALF_SHORTS;
import static dev.railhead.cpu.simd.Width.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// The end of groups whose exact sums are 16-bit integers: scales them and adds them to the outputs of a panel, group after
/// group. Apart from the loops that make the sums, because both together need more registers than there are.
public final class ShortGroupSums {
    /// Weight rows, those of a panel. A constant, because the compiler takes checks of indexes out of a loop only if they grow
    /// by a constant.
    public static final int ROWS = 64;

    private ShortGroupSums() {}

    /// For each activation row t, weight row r and group g in order: `acc[t][r] = fma(scale[g][r] · d[t], sum[g][t][r],
    /// acc[t][r])`, and with minimums `acc[t][r] = fma(min[g][r], negated[g][t], acc[t][r])` after it.
    ///
    /// @param size activation rows, 1 or even
    /// @param groups number of groups
    /// @param sums `short[size][groups][ROWS]`
    /// @param scales `float[groups][ROWS]`
    /// @param mins as `scales`; not read without minimums
    /// @param d scales of the activations; `float[blocks][size]` from `dAt`
    /// @param blockShift groups that share a scale of the activations: 0 for one, 1 for two
    /// @param negated −(d · sum of the activations); `float[groups][size]` from `xsumsAt`
    /// @param center what codes are stored less: this many times the sum of the activations is added to each sum; 0
    /// without minimums
    /// @param xsums sum of the activations of each group; `float[groups][size]` from `xsumsAt`
    /// @param acc `float[size][ROWS]` from `accAt`
    public static void add(int size, int groups, short[] sums, float[] scales, float[] mins,
            boolean hasMins, float[] d, int dAt, int blockShift, float[] negated, float center, float[] xsums,
            int xsumsAt, float[] acc,
            int accAt) {
        if (size == 1) {
            addOne(groups, sums, scales, mins, hasMins, d, dAt, blockShift, negated, center, xsums, xsumsAt, acc,
                    accAt);
            return;
        }
        int step = size % 4 == 0 ? 4 : 2;
        for (int t = 0; t < size; t += step) {
            for (int r = 0; r < ROWS; r += 2 * LANES) {
                int at = accAt + t * ROWS + r;
                int sumsAt = t * groups * ROWS + r;
                if (step == 4 && hasMins) {
                    fourWithMins(size, groups, sumsAt, sums, scales, mins, r, d, dAt + t, blockShift,
                            negated, center, xsums, xsumsAt + t, acc, at);
                } else if (step == 4) {
                    four(size, groups, sumsAt, sums, scales, r, d, dAt + t, blockShift, acc, at);
                } else if (hasMins) {
                    pairWithMins(size, groups, sumsAt, sums, scales, mins, r, d, dAt + t, blockShift,
                            negated, center, xsums, xsumsAt + t, acc, at);
                } else {
                    pair(size, groups, sumsAt, sums, scales, r, d, dAt + t, blockShift, acc, at);
                }
            }
        }
    }

    /// As [#add], for one activation row.
    public static void addOne(int groups, short[] sums, float[] scales, float[] mins, boolean hasMins, float[] d,
            int dAt, int blockShift, float[] negated, float center, float[] xsums, int xsumsAt, float[] acc,
            int accAt) {
        for (int r = 0; r < ROWS; r += 4 * LANES) {
            if (hasMins) {
                oneWithMins(groups, r, sums, scales, mins, r, d, dAt, blockShift, negated, center, xsums, xsumsAt, acc,
                        accAt + r);
            } else {
                one(groups, r, sums, scales, r, d, dAt, blockShift, acc, accAt + r);
            }
        }
    }

    /// Four vectors, because each is a chain of additions that wait for one another.
    private static void one(int groups, int at, short[] sums, float[] scales, int scalesAt, float[] d,
            int dAt,
            int blockShift, float[] acc, int accAt) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, acc, accAt);
        FloatVector a1 = FloatVector.fromArray(FLOATS, acc, accAt + LANES);
        FloatVector a2 = FloatVector.fromArray(FLOATS, acc, accAt + 2 * LANES);
        FloatVector a3 = FloatVector.fromArray(FLOATS, acc, accAt + 3 * LANES);
        for (int g = 0; g < groups; g++) {
            int i = at + g * ROWS;
            int s = scalesAt + g * ROWS;
            FloatVector x = FloatVector.broadcast(FLOATS, d[dAt + (g >> blockShift)]);
            a0 = FloatVector.fromArray(FLOATS, scales, s).mul(x).fma(((FloatVector) ShortVector
                    .fromArray(HALF_SHORTS, sums, i).convertShape(VectorOperators.S2F, FLOATS, 0)), a0);
            a1 = FloatVector.fromArray(FLOATS, scales, s + LANES).mul(x).fma(((FloatVector) ShortVector
                    .fromArray(HALF_SHORTS, sums, i + LANES).convertShape(VectorOperators.S2F, FLOATS, 0)), a1);
            a2 = FloatVector.fromArray(FLOATS, scales, s + 2 * LANES).mul(x).fma(((FloatVector) ShortVector
                    .fromArray(HALF_SHORTS, sums, i + 2 * LANES).convertShape(VectorOperators.S2F, FLOATS, 0)), a2);
            a3 = FloatVector.fromArray(FLOATS, scales, s + 3 * LANES).mul(x).fma(((FloatVector) ShortVector
                    .fromArray(HALF_SHORTS, sums, i + 3 * LANES).convertShape(VectorOperators.S2F, FLOATS, 0)), a3);
        }
        a0.intoArray(acc, accAt);
        a1.intoArray(acc, accAt + LANES);
        a2.intoArray(acc, accAt + 2 * LANES);
        a3.intoArray(acc, accAt + 3 * LANES);
    }

    private static void oneWithMins(int groups, int at, short[] sums, float[] scales, float[] mins,
            int scalesAt,
            float[] d, int dAt, int blockShift, float[] negated, float center, float[] xsums, int xsumsAt, float[] acc,
            int accAt) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, acc, accAt);
        FloatVector a1 = FloatVector.fromArray(FLOATS, acc, accAt + LANES);
        FloatVector a2 = FloatVector.fromArray(FLOATS, acc, accAt + 2 * LANES);
        FloatVector a3 = FloatVector.fromArray(FLOATS, acc, accAt + 3 * LANES);
        for (int g = 0; g < groups; g++) {
            int i = at + g * ROWS;
            int s = scalesAt + g * ROWS;
            FloatVector x = FloatVector.broadcast(FLOATS, d[dAt + (g >> blockShift)]);
            FloatVector n = FloatVector.broadcast(FLOATS, negated[xsumsAt + g]);
            FloatVector z = FloatVector.broadcast(FLOATS, center * xsums[xsumsAt + g]);
            a0 = FloatVector.fromArray(FLOATS, scales, s).mul(x).fma(((FloatVector) ShortVector
                    .fromArray(HALF_SHORTS, sums, i).convertShape(VectorOperators.S2F, FLOATS, 0)).add(z), a0);
            a0 = FloatVector.fromArray(FLOATS, mins, s).fma(n, a0);
            a1 = FloatVector.fromArray(FLOATS, scales, s + LANES).mul(x).fma(((FloatVector) ShortVector
                    .fromArray(HALF_SHORTS, sums, i + LANES).convertShape(VectorOperators.S2F, FLOATS, 0)).add(z), a1);
            a1 = FloatVector.fromArray(FLOATS, mins, s + LANES).fma(n, a1);
            a2 = FloatVector.fromArray(FLOATS, scales, s + 2 * LANES).mul(x).fma(((FloatVector) ShortVector
                    .fromArray(HALF_SHORTS, sums, i + 2 * LANES).convertShape(VectorOperators.S2F, FLOATS, 0)).add(z),
                    a2);
            a2 = FloatVector.fromArray(FLOATS, mins, s + 2 * LANES).fma(n, a2);
            a3 = FloatVector.fromArray(FLOATS, scales, s + 3 * LANES).mul(x).fma(((FloatVector) ShortVector
                    .fromArray(HALF_SHORTS, sums, i + 3 * LANES).convertShape(VectorOperators.S2F, FLOATS, 0)).add(z),
                    a3);
            a3 = FloatVector.fromArray(FLOATS, mins, s + 3 * LANES).fma(n, a3);
        }
        a0.intoArray(acc, accAt);
        a1.intoArray(acc, accAt + LANES);
        a2.intoArray(acc, accAt + 2 * LANES);
        a3.intoArray(acc, accAt + 3 * LANES);
    }

    /// Two activation rows by two vectors: what is loaded is used twice, and the method is small enough to be inlined
    /// whole. Larger ones have been 2 to 5 times slower, because the compiler then boxes vectors.
    private static void pair(int size, int groups, int at, short[] sums, float[] scales, int scalesAt,
            float[] d,
            int dAt, int blockShift, float[] acc, int accAt) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, acc, accAt);
        FloatVector b0 = FloatVector.fromArray(FLOATS, acc, accAt + LANES);
        FloatVector a1 = FloatVector.fromArray(FLOATS, acc, accAt + ROWS);
        FloatVector b1 = FloatVector.fromArray(FLOATS, acc, accAt + ROWS + LANES);
        for (int g = 0; g < groups; g++) {
            FloatVector s = FloatVector.fromArray(FLOATS, scales, scalesAt + g * ROWS);
            FloatVector u = FloatVector.fromArray(FLOATS, scales, scalesAt + g * ROWS + LANES);
            int i = at + g * ROWS;
            int j = i + groups * ROWS;
            int block = dAt + (g >> blockShift) * size;
            FloatVector d0 = FloatVector.broadcast(FLOATS, d[block]);
            a0 = s.mul(d0).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)), a0);
            b0 = u.mul(d0).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i + LANES)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)), b0);
            FloatVector d1 = FloatVector.broadcast(FLOATS, d[block + 1]);
            a1 = s.mul(d1).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, j)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)), a1);
            b1 = u.mul(d1).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, j + LANES)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)), b1);
        }
        a0.intoArray(acc, accAt);
        b0.intoArray(acc, accAt + LANES);
        a1.intoArray(acc, accAt + ROWS);
        b1.intoArray(acc, accAt + ROWS + LANES);
    }

    /// Four activation rows by two vectors: what is loaded is used four times. A fifth faster than two by two.
    private static void four(int size, int groups, int at, short[] sums, float[] scales, int scalesAt, float[] d,
            int dAt,
            int blockShift, float[] acc, int accAt) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, acc, accAt);
        FloatVector b0 = FloatVector.fromArray(FLOATS, acc, accAt + LANES);
        FloatVector a1 = FloatVector.fromArray(FLOATS, acc, accAt + ROWS);
        FloatVector b1 = FloatVector.fromArray(FLOATS, acc, accAt + ROWS + LANES);
        FloatVector a2 = FloatVector.fromArray(FLOATS, acc, accAt + 2 * ROWS);
        FloatVector b2 = FloatVector.fromArray(FLOATS, acc, accAt + 2 * ROWS + LANES);
        FloatVector a3 = FloatVector.fromArray(FLOATS, acc, accAt + 3 * ROWS);
        FloatVector b3 = FloatVector.fromArray(FLOATS, acc, accAt + 3 * ROWS + LANES);
        for (int g = 0; g < groups; g++) {
            FloatVector s = FloatVector.fromArray(FLOATS, scales, scalesAt + g * ROWS);
            FloatVector u = FloatVector.fromArray(FLOATS, scales, scalesAt + g * ROWS + LANES);
            int block = dAt + (g >> blockShift) * size;
            int i0 = at + g * ROWS;
            FloatVector d0 = FloatVector.broadcast(FLOATS, d[block]);
            a0 = s.mul(d0).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i0)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)), a0);
            b0 = u.mul(d0).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i0 + LANES)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)), b0);
            int i1 = i0 + groups * ROWS;
            FloatVector d1 = FloatVector.broadcast(FLOATS, d[block + 1]);
            a1 = s.mul(d1).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i1)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)), a1);
            b1 = u.mul(d1).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i1 + LANES)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)), b1);
            int i2 = i1 + groups * ROWS;
            FloatVector d2 = FloatVector.broadcast(FLOATS, d[block + 2]);
            a2 = s.mul(d2).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i2)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)), a2);
            b2 = u.mul(d2).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i2 + LANES)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)), b2);
            int i3 = i2 + groups * ROWS;
            FloatVector d3 = FloatVector.broadcast(FLOATS, d[block + 3]);
            a3 = s.mul(d3).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i3)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)), a3);
            b3 = u.mul(d3).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i3 + LANES)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)), b3);
        }
        a0.intoArray(acc, accAt);
        b0.intoArray(acc, accAt + LANES);
        a1.intoArray(acc, accAt + ROWS);
        b1.intoArray(acc, accAt + ROWS + LANES);
        a2.intoArray(acc, accAt + 2 * ROWS);
        b2.intoArray(acc, accAt + 2 * ROWS + LANES);
        a3.intoArray(acc, accAt + 3 * ROWS);
        b3.intoArray(acc, accAt + 3 * ROWS + LANES);
    }

    /// As [#pair], with minimums.
    private static void pairWithMins(int size, int groups, int at, short[] sums, float[] scales, float[] mins,
            int scalesAt, float[] d, int dAt, int blockShift, float[] negated, float center, float[] xsums, int xsumsAt,
            float[] acc,
            int accAt) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, acc, accAt);
        FloatVector b0 = FloatVector.fromArray(FLOATS, acc, accAt + LANES);
        FloatVector a1 = FloatVector.fromArray(FLOATS, acc, accAt + ROWS);
        FloatVector b1 = FloatVector.fromArray(FLOATS, acc, accAt + ROWS + LANES);
        for (int g = 0; g < groups; g++) {
            FloatVector s = FloatVector.fromArray(FLOATS, scales, scalesAt + g * ROWS);
            FloatVector u = FloatVector.fromArray(FLOATS, scales, scalesAt + g * ROWS + LANES);
            FloatVector m = FloatVector.fromArray(FLOATS, mins, scalesAt + g * ROWS);
            FloatVector n = FloatVector.fromArray(FLOATS, mins, scalesAt + g * ROWS + LANES);
            int i = at + g * ROWS;
            int j = i + groups * ROWS;
            int block = dAt + (g >> blockShift) * size;
            int x = xsumsAt + g * size;
            FloatVector d0 = FloatVector.broadcast(FLOATS, d[block]);
            FloatVector x0 = FloatVector.broadcast(FLOATS, negated[x]);
            FloatVector c0 = FloatVector.broadcast(FLOATS, center * xsums[x]);
            a0 = m.fma(x0, s.mul(d0).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)).add(c0), a0));
            b0 = n.fma(x0, u.mul(d0).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i + LANES)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)).add(c0), b0));
            FloatVector d1 = FloatVector.broadcast(FLOATS, d[block + 1]);
            FloatVector x1 = FloatVector.broadcast(FLOATS, negated[x + 1]);
            FloatVector c1 = FloatVector.broadcast(FLOATS, center * xsums[x + 1]);
            a1 = m.fma(x1, s.mul(d1).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, j)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)).add(c1), a1));
            b1 = n.fma(x1, u.mul(d1).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, j + LANES)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)).add(c1), b1));
        }
        a0.intoArray(acc, accAt);
        b0.intoArray(acc, accAt + LANES);
        a1.intoArray(acc, accAt + ROWS);
        b1.intoArray(acc, accAt + ROWS + LANES);
    }

    /// As [#four], with minimums.
    private static void fourWithMins(int size, int groups, int at, short[] sums, float[] scales, float[] mins,
            int scalesAt,
            float[] d, int dAt, int blockShift, float[] negated, float center, float[] xsums, int xsumsAt, float[] acc,
            int accAt) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, acc, accAt);
        FloatVector b0 = FloatVector.fromArray(FLOATS, acc, accAt + LANES);
        FloatVector a1 = FloatVector.fromArray(FLOATS, acc, accAt + ROWS);
        FloatVector b1 = FloatVector.fromArray(FLOATS, acc, accAt + ROWS + LANES);
        FloatVector a2 = FloatVector.fromArray(FLOATS, acc, accAt + 2 * ROWS);
        FloatVector b2 = FloatVector.fromArray(FLOATS, acc, accAt + 2 * ROWS + LANES);
        FloatVector a3 = FloatVector.fromArray(FLOATS, acc, accAt + 3 * ROWS);
        FloatVector b3 = FloatVector.fromArray(FLOATS, acc, accAt + 3 * ROWS + LANES);
        for (int g = 0; g < groups; g++) {
            FloatVector s = FloatVector.fromArray(FLOATS, scales, scalesAt + g * ROWS);
            FloatVector u = FloatVector.fromArray(FLOATS, scales, scalesAt + g * ROWS + LANES);
            FloatVector m = FloatVector.fromArray(FLOATS, mins, scalesAt + g * ROWS);
            FloatVector n = FloatVector.fromArray(FLOATS, mins, scalesAt + g * ROWS + LANES);
            int block = dAt + (g >> blockShift) * size;
            int x = xsumsAt + g * size;
            int i0 = at + g * ROWS;
            FloatVector d0 = FloatVector.broadcast(FLOATS, d[block]);
            FloatVector x0 = FloatVector.broadcast(FLOATS, negated[x]);
            FloatVector c0 = FloatVector.broadcast(FLOATS, center * xsums[x]);
            a0 = m.fma(x0, s.mul(d0).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i0)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)).add(c0), a0));
            b0 = n.fma(x0, u.mul(d0).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i0 + LANES)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)).add(c0), b0));
            int i1 = i0 + groups * ROWS;
            FloatVector d1 = FloatVector.broadcast(FLOATS, d[block + 1]);
            FloatVector x1 = FloatVector.broadcast(FLOATS, negated[x + 1]);
            FloatVector c1 = FloatVector.broadcast(FLOATS, center * xsums[x + 1]);
            a1 = m.fma(x1, s.mul(d1).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i1)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)).add(c1), a1));
            b1 = n.fma(x1, u.mul(d1).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i1 + LANES)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)).add(c1), b1));
            int i2 = i1 + groups * ROWS;
            FloatVector d2 = FloatVector.broadcast(FLOATS, d[block + 2]);
            FloatVector x2 = FloatVector.broadcast(FLOATS, negated[x + 2]);
            FloatVector c2 = FloatVector.broadcast(FLOATS, center * xsums[x + 2]);
            a2 = m.fma(x2, s.mul(d2).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i2)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)).add(c2), a2));
            b2 = n.fma(x2, u.mul(d2).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i2 + LANES)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)).add(c2), b2));
            int i3 = i2 + groups * ROWS;
            FloatVector d3 = FloatVector.broadcast(FLOATS, d[block + 3]);
            FloatVector x3 = FloatVector.broadcast(FLOATS, negated[x + 3]);
            FloatVector c3 = FloatVector.broadcast(FLOATS, center * xsums[x + 3]);
            a3 = m.fma(x3, s.mul(d3).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i3)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)).add(c3), a3));
            b3 = n.fma(x3, u.mul(d3).fma(((FloatVector) ShortVector.fromArray(HALF_SHORTS, sums, i3 + LANES)
                    .convertShape(VectorOperators.S2F, FLOATS, 0)).add(c3), b3));
        }
        a0.intoArray(acc, accAt);
        b0.intoArray(acc, accAt + LANES);
        a1.intoArray(acc, accAt + ROWS);
        b1.intoArray(acc, accAt + ROWS + LANES);
        a2.intoArray(acc, accAt + 2 * ROWS);
        b2.intoArray(acc, accAt + 2 * ROWS + LANES);
        a3.intoArray(acc, accAt + 3 * ROWS);
        b3.intoArray(acc, accAt + 3 * ROWS + LANES);
    }
}
