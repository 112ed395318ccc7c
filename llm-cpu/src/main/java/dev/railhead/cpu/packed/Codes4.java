package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.HALF_BYTES;
import static dev.railhead.cpu.simd.Width.INTS;
import static dev.railhead.cpu.simd.Width.ORDER;
import static dev.railhead.cpu.simd.Width.SHORTS;
import static dev.railhead.cpu.simd.Width.SHORT_LANES;

import dev.railhead.cpu.simd.ShortGroupSums;
import dev.railhead.cpu.simd.ShortTile;
import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// 4-bit codes: `byte[length][32]`. A byte has row r's code in its low nibble and row r + 32's in its high one.
///
/// With t = code − center (−8 … 7) the high nibble is t and the low one t + 8, so that as a signed byte
/// `v = 16 · high + low` and `high = v >> 4`. In 16-bit arithmetic that may wrap, `A = Σ v · x` and `H = Σ high · x` give
/// `Σ low · x = A − 16 · H`: two products for two codes and no masking. The sums over 32 are at most 32 · 8 · 127 = 32512, so
/// they fit; `center · Σ x` comes in at the end of a group.
final class Codes4 extends CodeForm {
    /// The low nibble is stored with this added.
    private static final int BIAS = 8;

    /// Bytes from one k of an unpacked chunk to the next; `short[length][PANEL]`.
    private static final int PITCH = PANEL * Short.BYTES;

    private static final short LOW_MASK = 15;

    /// What t counts from.
    private final int center;

    Codes4(CodeLayout layout) {
        super(layout);
        center = lowest + BIAS;
        if (center != 0 && !hasMins) {
            throw new IllegalArgumentException("4-bit codes: expected signed ones or a type with minimums");
        }
    }

    @Override
    int bytes(int length) {
        return length * HALF_PANEL;
    }

    private static long byteAt(long at, int k, int row) {
        return at + (long) k * HALF_PANEL + row % HALF_PANEL;
    }

    @Override
    void pack(PanelCodes in, int length, byte[] out, int at) {
        long[] tile = new long[ByteTranspose.SIZE];
        for (int r = 0; r < HALF_PANEL; r += ByteTranspose.SIZE) {
            for (int k = 0; k < length; k += ByteTranspose.SIZE) {
                packTile(in, r, k, tile);
                ByteTranspose.store(tile, out, at + k * HALF_PANEL + r, HALF_PANEL);
            }
        }
    }

    private void packTile(PanelCodes in, int row, int k, long[] tile) {
        for (int i = 0; i < ByteTranspose.SIZE; i++) {
            long low = nibbles(in.eight(row + i, k), -lowest);
            long high = nibbles(in.eight(row + i + HALF_PANEL, k), -lowest - BIAS);
            tile[i] = low | high << 4;
        }
        ByteTranspose.transpose(tile);
    }

    @Override
    int code(MemorySegment data, long at, int length, int k, int row) {
        int v = get(data, byteAt(at, k, row));
        return (row < HALF_PANEL ? v & LOW_MASK : (v >> 4) + BIAS) + lowest;
    }

    @Override
    ActivationTiles.Input input() {
        return ActivationTiles.Input.PAIRS;
    }

    @Override
    void unpack(MemorySegment data, long at, int length, PanelScratch out) {
        MemorySegment weights = out.useOwn(length);
        for (int lane = 0; lane < HALF_PANEL; lane += SHORT_LANES) {
            unpackLanes(data, at + lane, length, weights, lane * Short.BYTES);
        }
    }

    private static void unpackLanes(MemorySegment data, long at, int length, MemorySegment out, long to) {
        for (int k = 0; k < length; k++) {
            ShortVector v = ((ShortVector) ByteVector.fromMemorySegment(HALF_BYTES, data, at + k * HALF_PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0));
            long low = to + (long) k * PITCH;
            v.and(LOW_MASK).sub((short) BIAS).intoMemorySegment(out, low, ORDER);
            v.lanewise(VectorOperators.ASHR, 4).intoMemorySegment(out, low + HALF_PANEL * Short.BYTES, ORDER);
        }
    }

    @Override
    void multiply(PanelScratch chunk, int panelRows, ActivationTiles x, int start, int size, int columns, int from,
            int length, float[] acc) {
        int xAt = start * columns + from * size;
        for (int row = 0; row < panelRows; row += ShortTile.ROWS) {
            ShortTile.run(size, chunk.weights, row * Short.BYTES, PITCH, length, groupSize, x.pairs, xAt,
                    chunk.shortSums, row, (length >> groupShift) * PANEL);
        }
        int group = start * (columns >> groupShift) + (from >> groupShift) * size;
        ShortGroupSums.add(size, length >> groupShift, chunk.shortSums, chunk.scales, chunk.mins, hasMins,
                x.scales,
                start * (columns / BLOCK) + from / BLOCK * size, blockShift, x.negated(groupSize), center,
                x.sums(groupSize), group, acc, start * PANEL);
    }

    @Override
    void decode(MemorySegment data, long at, ActivationTiles x, int start, int columns, int from, int length,
            PanelScratch scratch, float[] acc) {
        float[] xsums = x.sums(groupSize);
        int xAt = start * columns + from;
        int groups = length >> groupShift;
        int group = xAt >> groupShift;
        for (int g = 0; g < groups; g++) {
            short bias = (short) (BIAS * (int) xsums[group + g]);
            for (int lane = 0; lane < HALF_PANEL; lane += SHORT_LANES) {
                sumLanes(data, byteAt(at, g * groupSize, lane), groupSize, x.pairs, xAt + g * groupSize, bias,
                        scratch.shortSums, g * PANEL + lane);
            }
        }
        ShortGroupSums.addOne(groups, scratch.shortSums, scratch.scales, scratch.mins, hasMins, x.scales,
                xAt / BLOCK, blockShift, x.negated(groupSize), center, xsums, group, acc, start * PANEL);
    }

    private static void sumLanes(MemorySegment data, long at, int length, int[] x, int xAt, short bias, short[] sums,
            int to) {
        ShortVector a = ShortVector.zero(SHORTS);
        ShortVector h = ShortVector.zero(SHORTS);
        for (int k = 0; k < length; k++) {
            ShortVector xk = IntVector.broadcast(INTS, x[xAt + k]).reinterpretAsShorts();
            ShortVector v = ((ShortVector) ByteVector.fromMemorySegment(HALF_BYTES, data, at + k * HALF_PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0));
            a = a.add(v.mul(xk));
            h = h.add(v.lanewise(VectorOperators.ASHR, 4).mul(xk));
        }
        a.sub(h.lanewise(VectorOperators.LSHL, 4)).sub(bias).intoArray(sums, to);
        h.intoArray(sums, to + HALF_PANEL);
    }
}
