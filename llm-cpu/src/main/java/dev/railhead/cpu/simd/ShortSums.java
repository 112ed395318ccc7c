package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.HALF_SHORTS;
import static dev.railhead.cpu.simd.Width.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// From the exact 16-bit sums of parts of a group to the float sums of groups, which [GroupSums] scales.
public final class ShortSums {
    /// A sum in two halves counts the upper one by this.
    private static final float HIGH = 16f;

    private ShortSums() {}

    /// `out[g][r] = Σ parts[g][p][r] + center · xsums[g]`.
    ///
    /// @param groups number of groups
    /// @param partsPerGroup parts of a group, a power of two from 2
    /// @param rows weight rows, a multiple of 16
    /// @param parts `short[groups][partsPerGroup][rows]`
    /// @param center what codes are stored less
    /// @param xsums sum of the activations of each group, from `xsumsAt`
    /// @param out `float[groups][rows]`
    public static void join(int groups, int partsPerGroup, int rows, short[] parts, float center, float[] xsums,
            int xsumsAt, float[] out) {
        for (int g = 0; g < groups; g++) {
            int at = g * partsPerGroup * rows;
            joinTwo(rows, parts, at, center * xsums[xsumsAt + g], out, g * rows);
            for (int p = 2; p < partsPerGroup; p += 2) {
                addTwo(rows, parts, at + p * rows, out, g * rows);
            }
        }
    }

    private static void joinTwo(int rows, short[] parts, int at, float shift, float[] out, int to) {
        for (int r = 0; r < rows; r += LANES) {
            ((FloatVector) ShortVector.fromArray(HALF_SHORTS, parts, at + r).convertShape(VectorOperators.S2F, FLOATS,
                    0))
                    .add(((FloatVector) ShortVector.fromArray(HALF_SHORTS, parts, at + rows + r)
                            .convertShape(VectorOperators.S2F, FLOATS, 0)))
                    .add(shift).intoArray(out,
                            to + r);
        }
    }

    private static void addTwo(int rows, short[] parts, int at, float[] out, int to) {
        for (int r = 0; r < rows; r += LANES) {
            ((FloatVector) ShortVector.fromArray(HALF_SHORTS, parts, at + r).convertShape(VectorOperators.S2F, FLOATS,
                    0))
                    .add(((FloatVector) ShortVector.fromArray(HALF_SHORTS, parts, at + rows + r)
                            .convertShape(VectorOperators.S2F, FLOATS, 0)))
                    .add(FloatVector.fromArray(FLOATS, out, to + r)).intoArray(out, to + r);
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
                FloatVector low = ((FloatVector) ShortVector.fromArray(HALF_SHORTS, halves, at + r)
                        .convertShape(VectorOperators.S2F, FLOATS, 0)).add(shift);
                ((FloatVector) ShortVector.fromArray(HALF_SHORTS, halves, at + rows + r)
                        .convertShape(VectorOperators.S2F, FLOATS, 0)).fma(FloatVector.broadcast(FLOATS, HIGH), low)
                        .intoArray(out,
                                g * rows + r);
            }
        }
    }
}
