package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.INTS;
import static dev.railhead.cpu.simd.Width.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// Quantizes activations to 8 bits: a scale for a group of one or more blocks, then block by block.
public final class BlockQuantizer {
    /// Values per block.
    public static final int BLOCK = 32;

    /// Values whose sum is wanted.
    public static final int HALF = 16;

    static final float MAX = 127f;
    private static final int ABS = 0x7FFFFFFF;

    /// Adding 1.5 · 2^23 rounds to the nearest integer, ties to even, which then is in the low bits; those of a NaN that the
    /// processor makes are 0.
    static final float ROUND = 12582912f;

    /// Scales below count as zero: their inverse would be near infinity.
    static final float TINY_SCALE = 0x1p-100f;

    private BlockQuantizer() {}

    /// The scale of a group. Largest values are found as integers: the bits of floats that aren't negative have their
    /// order, with NaN above all, and integers need no care for it.
    ///
    /// @param x `float[count]` from `at`
    /// @param count a multiple of 32
    public static float scale(float[] x, int at, int count) {
        IntVector max = IntVector.zero(INTS);
        for (int i = at; i < at + count; i += LANES) {
            max = max.max(FloatVector.fromArray(FLOATS, x, i).reinterpretAsInts().and(ABS));
        }
        float d = Float.intBitsToFloat(max.reduceLanes(VectorOperators.MAX)) / MAX;
        return d < TINY_SCALE ? 0f : d;
    }

    /// Quantizes half a block. The integers are summed as such: a reduction of floats keeps the order of the lanes and takes
    /// five times as long.
    ///
    /// @param x `float[16]` from `at`
    /// @param d the scale of its group
    /// @param out receives integers −127 … 127, or no number for what is none, from `outAt`
    /// @return their sum, in which what is no number is 0
    public static float codes(float[] x, int at, float d, float[] out, int outAt) {
        float id = ScalarQuantizer.inverse(d);
        IntVector sum = IntVector.zero(INTS);
        for (int i = 0; i < HALF; i += LANES) {
            FloatVector rounded = FloatVector.fromArray(FLOATS, x, at + i).mul(id).add(ROUND);
            rounded.sub(ROUND).intoArray(out, outAt + i);
            sum = sum.add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, Short.SIZE));
        }
        return sum.reduceLanes(VectorOperators.ADD) >> Short.SIZE;
    }

    /// Quantizes half a block to integers in both halves of an int.
    ///
    /// @param x `float[16]` from `at`
    /// @param d the scale of its group
    /// @param out receives integers −127 … 127, and 0 for what is no number, from `outAt`
    /// @return their sum
    public static float pairs(float[] x, int at, float d, int[] out, int outAt) {
        float id = ScalarQuantizer.inverse(d);
        IntVector sum = IntVector.zero(INTS);
        for (int i = 0; i < HALF; i += LANES) {
            IntVector bits = FloatVector.fromArray(FLOATS, x, at + i).mul(id).add(ROUND).reinterpretAsInts();
            IntVector high = bits.lanewise(VectorOperators.LSHL, Short.SIZE);
            bits.and(0xFFFF).or(high).intoArray(out, outAt + i);
            sum = sum.add(high);
        }
        return sum.reduceLanes(VectorOperators.ADD) >> Short.SIZE;
    }
}
