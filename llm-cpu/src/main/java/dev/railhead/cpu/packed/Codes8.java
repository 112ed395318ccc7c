package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.HALF_BYTES;
import static dev.railhead.cpu.simd.Width.INTS;
import static dev.railhead.cpu.simd.Width.LANES;
import static dev.railhead.cpu.simd.Width.ORDER;
import static dev.railhead.cpu.simd.Width.SHORTS;
import static dev.railhead.cpu.simd.Width.SHORT_LANES;

import dev.railhead.cpu.simd.PartSums;
import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// 8-bit codes: `byte[length][PANEL]`, signed.
///
/// For many rows of activations codes are unpacked to floats. For a single row a code is `16 · high + low` like a pair of codes
/// of [Codes4], so the same 16-bit sums `A` and `H` give the exact 20-bit sum `16 · Σ high · x + Σ low · x` from wrapping
/// arithmetic.
final class Codes8 extends CodeForm {
    /// The low nibble counts from here.
    static final int BIAS = 8;

    /// What the high nibble counts.
    private static final float HIGH = 16f;

    Codes8(CodeLayout layout) {
        super(layout);
    }

    @Override
    int bytes(int length) {
        return length * PANEL;
    }

    private static long byteAt(long at, int k, int row) {
        return at + (long) k * PANEL + row;
    }

    @Override
    void pack(PanelCodes in, int length, byte[] out, int at) {
        long[] tile = new long[ByteTranspose.SIZE];
        for (int r = 0; r < PANEL; r += ByteTranspose.SIZE) {
            for (int k = 0; k < length; k += ByteTranspose.SIZE) {
                packTile(in, r, k, tile);
                ByteTranspose.store(tile, out, at + k * PANEL + r, PANEL);
            }
        }
    }

    private static void packTile(PanelCodes in, int row, int k, long[] tile) {
        for (int i = 0; i < ByteTranspose.SIZE; i++) {
            tile[i] = in.eight(row + i, k);
        }
        ByteTranspose.transpose(tile);
    }

    @Override
    int code(MemorySegment data, long at, int length, int k, int row) {
        return get(data, byteAt(at, k, row));
    }

    @Override
    ActivationTiles.Input input() {
        return ActivationTiles.Input.CODES;
    }

    @Override
    void unpack(MemorySegment data, long at, int length, PanelScratch out) {
        MemorySegment weights = out.useOwn(length);
        for (int row = 0; row < PANEL; row += SHORT_LANES) {
            unpackLanes(data, byteAt(at, 0, row), length, weights, PanelScratch.sliceAt(length, row));
        }
    }

    @Override
    void unpackFew(MemorySegment data, long at, int length, PanelScratch out) {
        out.useBytes(data, at);
    }

    private static void unpackLanes(MemorySegment data, long at, int length, MemorySegment out, long to) {
        for (int k = 0; k < length; k++) {
            ShortVector v = (ShortVector) ByteVector.fromMemorySegment(HALF_BYTES, data, at + k * PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            long row = to + k * PanelScratch.SLICE_PITCH;
            v.convertShape(VectorOperators.S2F, FLOATS, 0).reinterpretAsFloats().intoMemorySegment(out, row, ORDER);
            v.convertShape(VectorOperators.S2F, FLOATS, 1).reinterpretAsFloats().intoMemorySegment(out,
                    row + LANES * Float.BYTES, ORDER);
        }
    }

    @Override
    void multiply(PanelScratch chunk, int panelRows, ActivationTiles x, int start, int size, int columns, int from,
            int length, float[] acc) {
        FloatCodeTiles.multiply(chunk, panelRows, groupSize, hasMins, x, start, size, columns, from, length, acc);
    }

    @Override
    void decode(MemorySegment data, long at, ActivationTiles x, int start, int columns, int from, int length,
            PanelScratch scratch, float[] acc) {
        float[] xsums = x.sums(groupSize);
        int xAt = start * columns + from;
        int group = xAt >> groupShift;
        int groups = length >> groupShift;
        for (int g = 0; g < groups; g++) {
            short bias = (short) (BIAS * (int) xsums[group + g]);
            for (int row = 0; row < PANEL; row += SHORT_LANES) {
                sumLanes(data, byteAt(at, g * groupSize, row), groupSize, x.pairs, xAt + g * groupSize, bias,
                        scratch.shortSums, g * 2 * PANEL + row);
            }
        }
        addSums(groups, scratch, x, xAt, start, acc);
    }

    /// Puts the parts of the sums of a chunk's groups together and adds them to the outputs.
    ///
    /// @param scratch has `short[groups][2][PANEL]`: the sums of low nibbles less [#BIAS] and of high ones
    /// @param xAt where the chunk's activations begin
    void addSums(int groups, PanelScratch scratch, ActivationTiles x, int xAt, int start, float[] acc) {
        PartSums.add(groups, PANEL, scratch.shortSums, HIGH, scratch.scales, scratch.mins, hasMins, x.scales,
                xAt / BLOCK, blockShift, x.negated(groupSize), BIAS, x.sums(groupSize), xAt >> groupShift, acc,
                start * PANEL);
    }

    private static void sumLanes(MemorySegment data, long at, int length, int[] x, int xAt, short bias, short[] sums,
            int to) {
        ShortVector a = ShortVector.zero(SHORTS);
        ShortVector h = ShortVector.zero(SHORTS);
        for (int k = 0; k < length; k++) {
            ShortVector xk = IntVector.broadcast(INTS, x[xAt + k]).reinterpretAsShorts();
            ShortVector v = ((ShortVector) ByteVector.fromMemorySegment(HALF_BYTES, data, at + k * PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0));
            a = a.add(v.mul(xk));
            h = h.add(v.lanewise(VectorOperators.ASHR, 4).mul(xk));
        }
        a.sub(h.lanewise(VectorOperators.LSHL, 4)).sub(bias).intoArray(sums, to);
        h.intoArray(sums, to + PANEL);
    }
}
