package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.SHORTS;
import static dev.railhead.cpu.simd.Width.SHORT_LANES;

import dev.railhead.cpu.simd.ShortLanes;
import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// 5-bit codes: `byte[length / 4][5][32]`. Four times 32 bytes with the low nibbles of rows r and r + 32, one for each k, then
/// 32 bytes with the fifth bits: of the unit's k number j, row r's is bit 2 j and row r + 32's is bit 2 j + 1. Codes are
/// stored less `lowest`.
///
/// With t = code − center (−16 … 15) the sum over 16 is at most 16 · 16 · 127 = 32512 and fits 16 bits.
final class Codes5 extends ShortCodes {
    private static final int PART = 16;
    private static final int UNIT = 4;
    private static final int UNIT_BYTES = (UNIT + 1) * HALF_PANEL;
    private static final int HIGH = UNIT * HALF_PANEL;
    private static final short BIAS = 16;
    private static final short LOW_MASK = 15;
    private static final short HIGH_MASK = 16;

    Codes5(CodeLayout layout) {
        super(layout, PART);
    }

    @Override
    int bytes(int length) {
        return length / UNIT * UNIT_BYTES;
    }

    private static long nibbleAt(long at, int k, int row) {
        return at + (long) (k / UNIT) * UNIT_BYTES + k % UNIT * HALF_PANEL + row % HALF_PANEL;
    }

    private static long highAt(long at, int k, int row) {
        return at + (long) (k / UNIT) * UNIT_BYTES + HIGH + row % HALF_PANEL;
    }

    private static int highShift(int k, int row) {
        return k % UNIT * 2 + row / HALF_PANEL;
    }

    @Override
    void pack(PanelCodes in, int length, MemorySegment out, long at) {
        for (int r = 0; r < PANEL; r++) {
            for (int k = 0; k < length; k++) {
                int code = in.codes[r * in.chunkLength() + k] - lowest;
                or(out, nibbleAt(at, k, r), (code & LOW_MASK) << r / HALF_PANEL * 4);
                or(out, highAt(at, k, r), code >> 4 << highShift(k, r));
            }
        }
    }

    @Override
    int code(MemorySegment data, long at, int k, int row) {
        int low = get(data, nibbleAt(at, k, row)) >> row / HALF_PANEL * 4 & LOW_MASK;
        int high = get(data, highAt(at, k, row)) >> highShift(k, row) & 1;
        return (high << 4 | low) + lowest;
    }

    @Override
    void unpackLanes(MemorySegment data, long at, int length, int lane, MemorySegment out) {
        for (int j = 0; j < UNIT; j++) {
            unpackEach(data, at + lane, j, length, lane, out);
        }
    }

    /// The k number j of each unit.
    private static void unpackEach(MemorySegment data, long at, int j, int length, int lane, MemorySegment out) {
        for (int unit = 0; unit < length / UNIT; unit++) {
            long unitAt = at + unit * UNIT_BYTES;
            ShortVector v = ShortLanes.widen(data, unitAt + j * HALF_PANEL);
            ShortVector w = ShortLanes.widen(data, unitAt + HIGH).lanewise(VectorOperators.ASHR, 2 * j);
            storeLow(low(v, w), out, unit * UNIT + j, lane);
            storeHigh(high(v, w), out, unit * UNIT + j, lane);
        }
    }

    @Override
    void sum(MemorySegment data, long at, int from, int length, ActivationTiles x, short[] sums) {
        for (int lane = 0; lane < HALF_PANEL; lane += SHORT_LANES) {
            sumLanes(data, at + lane, length, x.pairs, from, sums, lane);
        }
    }

    /// One loop over all parts: a loop for each would be too short to be compiled well.
    private static void sumLanes(MemorySegment data, long at, int length, int[] x, int xAt, short[] sums, int lane) {
        ShortVector s0 = ShortVector.zero(SHORTS);
        ShortVector s1 = ShortVector.zero(SHORTS);
        int to = lane;
        for (int k = 0; k < length; k++) {
            ShortVector v = ShortLanes.widen(data, nibbleAt(at, k, 0));
            ShortVector w = ShortLanes.widen(data, highAt(at, k, 0)).lanewise(VectorOperators.ASHR, 2 * (k % UNIT));
            ShortVector xk = ShortLanes.broadcast(x[xAt + k]);
            s0 = s0.add(low(v, w).mul(xk));
            s1 = s1.add(high(v, w).mul(xk));
            if ((k + 1) % PART == 0) {
                s0.intoArray(sums, to);
                s1.intoArray(sums, to + HALF_PANEL);
                to += PANEL;
                s0 = ShortVector.zero(SHORTS);
                s1 = ShortVector.zero(SHORTS);
            }
        }
    }

    /// Row r's code, its fifth bit being bit 0.
    private static ShortVector low(ShortVector nibbles, ShortVector high) {
        return nibbles.and(LOW_MASK).or(high.lanewise(VectorOperators.LSHL, 4).and(HIGH_MASK)).sub(BIAS);
    }

    /// Row r + 32's code, its fifth bit being bit 1.
    private static ShortVector high(ShortVector nibbles, ShortVector high) {
        return nibbles.lanewise(VectorOperators.ASHR, 4).and(LOW_MASK)
                .or(high.lanewise(VectorOperators.LSHL, 3).and(HIGH_MASK)).sub(BIAS);
    }
}
