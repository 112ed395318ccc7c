package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;

import jdk.incubator.vector.FloatVector;

/// From the exact 16-bit sums of parts of a group to the float sums of groups, which [GroupSums] scales.
public final class ShortSums {
    /// A sum in two halves counts the upper one by this.
    private static final float HIGH = 16f;

    private ShortSums() {}

    /// `out[g][i] = Σ parts[g][p][i]` with i counting activation rows and weight rows.
    ///
    /// @param groups number of groups
    /// @param partsPerGroup parts of a group
    /// @param count sums of a part, a multiple of 16
    /// @param parts `short[groups][partsPerGroup][count]`
    /// @param out `float[groups][count]`
    public static void join(int groups, int partsPerGroup, int count, short[] parts, float[] out) {
        for (int g = 0; g < groups; g++) {
            joinTwo(count, parts, g * partsPerGroup * count, out, g * count);
            for (int p = 2; p < partsPerGroup; p++) {
                add(count, parts, (g * partsPerGroup + p) * count, out, g * count);
            }
        }
    }

    private static void joinTwo(int count, short[] parts, int at, float[] out, int to) {
        for (int i = 0; i < count; i += LANES) {
            ShortLanes.toFloat(parts, at + i).add(ShortLanes.toFloat(parts, at + count + i)).intoArray(out, to + i);
        }
    }

    private static void add(int count, short[] parts, int at, float[] out, int to) {
        for (int i = 0; i < count; i += LANES) {
            FloatVector.fromArray(FLOATS, out, to + i).add(ShortLanes.toFloat(parts, at + i)).intoArray(out, to + i);
        }
    }

    /// `out[g][r] = 16 · high[g][r] + low[g][r] + shift[g]`: the sums of codes that were cut in two.
    ///
    /// @param groups number of groups
    /// @param rows weight rows, a multiple of 16
    /// @param halves low and high sums of each group; `short[groups][2][rows]`
    /// @param center what the lower half is stored less
    /// @param xsums sum of the activations of each group, from `xsumsAt`; `shift[g] = center · xsums[g]`
    /// @param out `float[groups][rows]`
    public static void joinHalves(int groups, int rows, short[] halves, float center, float[] xsums, int xsumsAt,
            float[] out) {
        for (int g = 0; g < groups; g++) {
            FloatVector shift = FloatVector.broadcast(FLOATS, center * xsums[xsumsAt + g]);
            int at = 2 * g * rows;
            for (int r = 0; r < rows; r += LANES) {
                FloatVector low = ShortLanes.toFloat(halves, at + r).add(shift);
                ShortLanes.toFloat(halves, at + rows + r).fma(FloatVector.broadcast(FLOATS, HIGH), low).intoArray(out,
                        g * rows + r);
            }
        }
    }
}
