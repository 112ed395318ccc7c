package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;

import jdk.incubator.vector.FloatVector;

/// The end of a group for a tile of [FloatTile]: scales its exact sums and adds them to the outputs. Apart from the tile's
/// own loop because both together need more registers than there are.
public final class TileSums {
    private TileSums() {}

    /// For each activation row t: `acc[t] = fma(scale · d[t], sum[t], acc[t])`, and with minimums
    /// `acc[t] = fma(min, −(d[t] · xsum[t]), acc[t])`.
    ///
    /// @param size activation rows
    /// @param sums `float[size][FloatTile.ROWS]`
    /// @param scales of the group and weight rows, from `group`
    /// @param mins as `scales`; not read without minimums
    /// @param d scales of the activations, from `dAt`
    /// @param xsums sums of the activations, from `xsumsAt`
    /// @param acc `float[size][accPitch]`, from `accAt`
    public static void add(int size, float[] sums, float[] scales, float[] mins, boolean hasMins, int group, float[] d,
            int dAt, float[] xsums, int xsumsAt, float[] acc, int accAt, int accPitch) {
        if (hasMins) {
            addWithMins(size, sums, scales, mins, group, d, dAt, xsums, xsumsAt, acc, accAt, accPitch);
            return;
        }
        FloatVector s0 = FloatVector.fromArray(FLOATS, scales, group);
        FloatVector s1 = FloatVector.fromArray(FLOATS, scales, group + LANES);
        for (int t = 0; t < size; t++) {
            FloatVector dt = FloatVector.broadcast(FLOATS, d[dAt + t]);
            add(s0.mul(dt), sums, t * FloatTile.ROWS, acc, accAt + t * accPitch);
            add(s1.mul(dt), sums, t * FloatTile.ROWS + LANES, acc, accAt + t * accPitch + LANES);
        }
    }

    private static void add(FloatVector scale, float[] sums, int at, float[] acc, int accAt) {
        scale.fma(FloatVector.fromArray(FLOATS, sums, at), FloatVector.fromArray(FLOATS, acc, accAt)).intoArray(acc,
                accAt);
    }

    private static void addWithMins(int size, float[] sums, float[] scales, float[] mins, int group, float[] d, int dAt,
            float[] xsums, int xsumsAt, float[] acc, int accAt, int accPitch) {
        FloatVector s0 = FloatVector.fromArray(FLOATS, scales, group);
        FloatVector s1 = FloatVector.fromArray(FLOATS, scales, group + LANES);
        FloatVector m0 = FloatVector.fromArray(FLOATS, mins, group);
        FloatVector m1 = FloatVector.fromArray(FLOATS, mins, group + LANES);
        for (int t = 0; t < size; t++) {
            FloatVector dt = FloatVector.broadcast(FLOATS, d[dAt + t]);
            FloatVector negated = FloatVector.broadcast(FLOATS, -(d[dAt + t] * xsums[xsumsAt + t]));
            int at = accAt + t * accPitch;
            FloatVector sum0 = FloatVector.fromArray(FLOATS, sums, t * FloatTile.ROWS);
            FloatVector sum1 = FloatVector.fromArray(FLOATS, sums, t * FloatTile.ROWS + LANES);
            FloatVector a0 = s0.mul(dt).fma(sum0, FloatVector.fromArray(FLOATS, acc, at));
            FloatVector a1 = s1.mul(dt).fma(sum1, FloatVector.fromArray(FLOATS, acc, at + LANES));
            m0.fma(negated, a0).intoArray(acc, at);
            m1.fma(negated, a1).intoArray(acc, at + LANES);
        }
    }
}
