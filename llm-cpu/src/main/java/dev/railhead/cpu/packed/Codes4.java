package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.SHORTS;
import static dev.railhead.cpu.simd.Width.SHORT_LANES;

import dev.railhead.cpu.simd.ShortLanes;
import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// 4-bit codes: `byte[length][32]`. A byte has row r's code in its low nibble and row r + 32's in its high one.
///
/// With t = code − center (−8 … 7) the high nibble is t and the low one t + 8, so that as a signed byte
/// `v = 16 · high + low` and `high = v >> 4`. In 16-bit arithmetic that may wrap, `A = Σ v · x` and `H = Σ high · x` give
/// `Σ low · x = A − 16 · H`: two products for two codes and no masking. The sums over 32 are at most 32 · 8 · 127 = 32512, so
/// they fit.
final class Codes4 extends ShortCodes {
    /// The low nibble is stored with this added.
    private static final int BIAS = 8;

    private static final int PART = 32;
    private static final short LOW_MASK = 15;

    Codes4(CodeLayout layout) {
        super(layout, PART);
    }

    @Override
    int bytes(int length) {
        return length * HALF_PANEL;
    }

    private static long byteAt(long at, int k, int row) {
        return at + (long) k * HALF_PANEL + row % HALF_PANEL;
    }

    @Override
    void pack(PanelCodes in, int length, MemorySegment out, long at) {
        for (int r = 0; r < HALF_PANEL; r++) {
            for (int k = 0; k < length; k++) {
                int low = in.codes[r * in.chunkLength() + k] - lowest;
                int high = in.codes[(r + HALF_PANEL) * in.chunkLength() + k] - lowest - BIAS;
                put(out, byteAt(at, k, r), high << 4 | low);
            }
        }
    }

    @Override
    int code(MemorySegment data, long at, int k, int row) {
        int v = get(data, byteAt(at, k, row));
        return (row < HALF_PANEL ? v & LOW_MASK : (v >> 4) + BIAS) + lowest;
    }

    @Override
    void unpackLanes(MemorySegment data, long at, int length, int lane, MemorySegment out) {
        for (int k = 0; k < length; k++) {
            ShortVector v = ShortLanes.widen(data, at + k * HALF_PANEL + lane);
            storeLow(v.and(LOW_MASK).sub((short) BIAS), out, k, lane);
            storeHigh(v.lanewise(VectorOperators.ASHR, 4), out, k, lane);
        }
    }

    @Override
    void sum(MemorySegment data, long at, int from, int length, ActivationTiles x, short[] sums) {
        for (int k = 0; k < length; k += part) {
            short bias = (short) (BIAS * (int) x.sums(part)[(from + k) / part]);
            for (int lane = 0; lane < HALF_PANEL; lane += SHORT_LANES) {
                sumLanes(data, byteAt(at, k, lane), part, x.pairs, from + k, bias, sums, k / part * PANEL + lane);
            }
        }
    }

    private static void sumLanes(MemorySegment data, long at, int length, int[] x, int xAt, short bias, short[] sums,
            int to) {
        ShortVector a = ShortVector.zero(SHORTS);
        ShortVector h = ShortVector.zero(SHORTS);
        for (int k = 0; k < length; k++) {
            ShortVector xk = ShortLanes.broadcast(x[xAt + k]);
            ShortVector v = ShortLanes.widen(data, at + k * HALF_PANEL);
            a = a.add(v.mul(xk));
            h = h.add(v.lanewise(VectorOperators.ASHR, 4).mul(xk));
        }
        a.sub(h.lanewise(VectorOperators.LSHL, 4)).sub(bias).intoArray(sums, to);
        h.intoArray(sums, to + HALF_PANEL);
    }
}
