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

    private static final int SUM = 16;

    private static final float MAX = 127f;

    /// Adding and subtracting 1.5 · 2^23 rounds to the nearest integer, ties to even.
    private static final float ROUND = 12582912f;

    /// Scales below count as zero: their inverse would be near infinity.
    private static final float TINY_SCALE = 0x1p-100f;

    private BlockQuantizer() {}

    /// The scale of a group.
    ///
    /// @param x `float[count]` from `at`
    /// @param count a multiple of 32
    public static float scale(float[] x, int at, int count) {
        FloatVector max = FloatVector.zero(FLOATS);
        for (int block = at; block < at + count; block += BLOCK) {
            for (int i = 0; i < BLOCK; i += LANES) {
                max = max.max(FloatVector.fromArray(FLOATS, x, block + i).abs());
            }
        }
        float d = max.reduceLanes(VectorOperators.MAX) / MAX;
        return d < TINY_SCALE ? 0f : d;
    }

    /// Quantizes a block.
    ///
    /// @param x `float[32]` from `at`
    /// @param d the scale of its group
    /// @param out receives integers −127 … 127 as floats, from `outAt`
    public static void quantize(float[] x, int at, float d, float[] out, int outAt) {
        float id = d == 0f ? 0f : 1f / d;
        for (int i = 0; i < BLOCK; i += LANES) {
            FloatVector.fromArray(FLOATS, x, at + i).mul(id).add(ROUND).sub(ROUND).intoArray(out, outAt + i);
        }
    }

    /// The sum of 16 integers, exact in any order.
    ///
    /// @param q `float[16]` from `at`
    public static float sum16(float[] q, int at) {
        FloatVector sum = FloatVector.fromArray(FLOATS, q, at);
        for (int i = LANES; i < SUM; i += LANES) {
            sum = sum.add(FloatVector.fromArray(FLOATS, q, at + i));
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    /// Writes each integer of a block into both halves of an int; no number counts as 0.
    ///
    /// @param q `float[32]` from `at`
    public static void pairs(float[] q, int at, int[] out, int outAt) {
        for (int i = 0; i < BLOCK; i += LANES) {
            IntVector v = (IntVector) FloatVector.fromArray(FLOATS, q, at + i).convertShape(VectorOperators.F2I, INTS,
                    0);
            v.and(0xFFFF).or(v.lanewise(VectorOperators.LSHL, Short.SIZE)).intoArray(out, outAt + i);
        }
    }
}
