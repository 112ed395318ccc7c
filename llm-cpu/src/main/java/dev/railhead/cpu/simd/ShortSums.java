package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;

import jdk.incubator.vector.FloatVector;

/// From the exact 16-bit sums of parts of a group to the float sums of groups, which [GroupSums] scales.
public final class ShortSums {
    /// A sum in two halves counts the upper one by this.
    private static final float HIGH = 16f;

    private ShortSums() {}

    /// `out[g][i] = Σ parts[g][p][i] + center · xsums[g]` with i counting activation rows and weight rows.
    ///
    /// @param groups number of groups
    /// @param partsPerGroup parts of a group
    /// @param size activation rows
    /// @param rows weight rows, a multiple of 16
    /// @param parts `short[groups][partsPerGroup][size][rows]`
    /// @param center what codes are stored less
    /// @param xsums sum of the activations of each group; `float[groups][size]` from `xsumsAt`
    /// @param out `float[groups][size][rows]`
    public static void join(int groups, int partsPerGroup, int size, int rows, short[] parts, float center,
            float[] xsums, int xsumsAt, float[] out) {
        int pitch = size * rows;
        for (int g = 0; g < groups; g++) {
            for (int t = 0; t < size; t++) {
                join(partsPerGroup, pitch, parts, g * partsPerGroup * pitch + t * rows, rows,
                        center * xsums[xsumsAt + g * size + t], out, g * pitch + t * rows);
            }
        }
    }

    private static void join(int partsPerGroup, int pitch, short[] parts, int at, int rows, float shift, float[] out,
            int to) {
        for (int r = 0; r < rows; r += LANES) {
            FloatVector sum = ShortLanes.toFloat(parts, at + r).add(shift);
            for (int p = 1; p < partsPerGroup; p++) {
                sum = sum.add(ShortLanes.toFloat(parts, at + p * pitch + r));
            }
            sum.intoArray(out, to + r);
        }
    }

    /// `out[g][r] = 16 · high[g][r] + low[g][r] + center · xsums[g]`: the sums of codes that were cut in two.
    ///
    /// @param groups number of groups
    /// @param rows weight rows, a multiple of 16
    /// @param halves low and high sums of each group; `short[groups][2][rows]`
    /// @param center what the lower half is stored less
    /// @param xsums sum of the activations of each group, from `xsumsAt`
    /// @param out `float[groups][rows]`
    public static void joinHalves(int groups, int rows, short[] halves, float center, float[] xsums, int xsumsAt,
            float[] out) {
        for (int g = 0; g < groups; g++) {
            float shift = center * xsums[xsumsAt + g];
            int at = 2 * g * rows;
            for (int r = 0; r < rows; r += LANES) {
                FloatVector low = ShortLanes.toFloat(halves, at + r).add(shift);
                ShortLanes.toFloat(halves, at + rows + r).fma(FloatVector.broadcast(FLOATS, HIGH), low).intoArray(out,
                        g * rows + r);
            }
        }
    }
}
