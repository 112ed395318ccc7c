package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.LANES;
import static dev.railhead.cpu.simd.Width.SHORTS;

import dev.railhead.cpu.simd.PairLanes;
import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// 4-bit codes: `byte[length / 2][2 strips]`. A byte of the first strip has the codes of rows r and r + 16, one of the
/// second those of rows r + 32 and r + 48.
///
/// With t = code − lowest − 8 (−8 … 7) the high nibble is t and the low one t + 8, so that as a signed byte
/// `v = 16 · high + low` and `high = v >> 4`. In 16-bit arithmetic that may wrap, `A = Σ v · x` and `H = Σ high · x` give
/// `Σ low · x = A − 16 · H`: two products for two codes and no masking. The sums over a group of 32 are at most
/// 32 · 8 · 127 = 32512, so they fit.
final class Codes4 extends CodeForm {
    private static final int PAIR_BYTES = 2 * STRIP;

    /// The low nibble is stored with this added.
    private static final int BIAS_SHIFT = 3;
    private static final int BIAS = 1 << BIAS_SHIFT;

    Codes4(CodeLayout layout) {
        super(layout);
    }

    @Override
    int bytes(int length) {
        return length / 2 * PAIR_BYTES;
    }

    private static long byteAt(long at, int k, int row) {
        return at + (long) (k / 2) * PAIR_BYTES + row / 32 * STRIP + stripAt(k, row);
    }

    @Override
    void pack(PanelCodes in, int length, MemorySegment out, long at) {
        for (int r = 0; r < PANEL; r++) {
            boolean high = r / STRIP_ROWS % 2 == 1;
            for (int k = 0; k < length; k++) {
                int biased = in.codes[r * in.chunkLength() + k] - lowest;
                or(out, byteAt(at, k, r), high ? biased - BIAS << 4 : biased);
            }
        }
    }

    @Override
    int code(MemorySegment data, long at, int k, int row) {
        int v = get(data, byteAt(at, k, row));
        boolean high = row / STRIP_ROWS % 2 == 1;
        return (high ? (v >> 4) + BIAS : v & 15) + lowest;
    }

    @Override
    void unpack(MemorySegment data, long at, int length, MemorySegment out) {
        for (int lane = 0; lane < STRIP_ROWS; lane += LANES) {
            for (int strip = 0; strip < 2; strip++) {
                unpackLanes(data, at + strip * STRIP + lane * 2L, length, lowest, out,
                        (strip * 32L + lane) * Float.BYTES);
            }
        }
    }

    private static void unpackLanes(MemorySegment data, long at, int length, int lowest, MemorySegment out, long to) {
        long high = to + STRIP_ROWS * Float.BYTES;
        for (int pair = 0; pair < length / 2; pair++) {
            ShortVector v = PairLanes.widen(data, at + pair * PAIR_BYTES);
            long k = pair * 2 * WEIGHT_PITCH;
            PairLanes.unpack(v.and((short) 15), lowest, out, to + k, WEIGHT_PITCH);
            PairLanes.unpack(v.lanewise(VectorOperators.ASHR, 4), lowest + BIAS, out, high + k, WEIGHT_PITCH);
        }
    }

    @Override
    void sum(MemorySegment data, long at, int from, int length, RowInput x, float[] sums) {
        for (int k = 0; k < length; k += groupSize) {
            float shift = (lowest + BIAS) * x.sum(from + k, groupSize);
            int bias = x.pairSum(from + k, groupSize);
            for (int row = 0; row < PANEL; row += 2 * STRIP_ROWS) {
                for (int lane = row; lane < row + STRIP_ROWS; lane += LANES) {
                    sumGroup(data, byteAt(at, k, lane), groupSize / 2, x.pairs, (from + k) / 2, bias, shift, sums,
                            k / groupSize * PANEL + lane);
                }
            }
        }
    }

    /// One strip: small, because the compiler stops inlining in a method that has become big.
    private static void sumGroup(MemorySegment data, long at, int pairs, int[] x, int xAt, int bias, float shift,
            float[] sums, int to) {
        ShortVector a = ShortVector.zero(SHORTS);
        ShortVector h = ShortVector.zero(SHORTS);
        for (int pair = 0; pair < pairs; pair++) {
            ShortVector xp = PairLanes.broadcast(x[xAt + pair]);
            ShortVector v = PairLanes.widen(data, at + pair * PAIR_BYTES);
            a = a.add(v.mul(xp));
            h = h.add(v.lanewise(VectorOperators.ASHR, 4).mul(xp));
        }
        ShortVector biased = PairLanes.broadcast(bias).lanewise(VectorOperators.LSHL, BIAS_SHIFT);
        PairLanes.shortSum(a.sub(h.lanewise(VectorOperators.LSHL, 4)).sub(biased)).add(shift).intoArray(sums, to);
        PairLanes.shortSum(h).add(shift).intoArray(sums, to + STRIP_ROWS);
    }
}
