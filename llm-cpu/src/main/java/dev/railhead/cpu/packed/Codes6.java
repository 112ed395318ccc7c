package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.LANES;
import static dev.railhead.cpu.simd.Width.SHORTS;

import dev.railhead.cpu.simd.GroupSums;
import dev.railhead.cpu.simd.PairLanes;
import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// 6-bit codes: `byte[length / 2][3 strips]`. Two strips of low nibbles, rows r and r + 16 in the first and r + 32 and
/// r + 48 in the second, then a strip with the upper two bits of all four rows. Codes are stored less `lowest`.
///
/// A code is put together in 16 bits; the sum over 16 k, with a pair in each lane, then is at most 8 · 32 · 127 = 32512 in a short
/// once −32 · Σ x is taken off, and fits 16 bits.
final class Codes6 extends CodeForm {
    /// The k of a sum in 16 bits.
    private static final int PART = 16;

    private static final int UNIT = 2;
    private static final int UNIT_BYTES = 3 * STRIP;
    private static final int HIGH = 2 * STRIP;
    private static final int BIAS_SHIFT = 5;
    private static final int BIAS = 1 << BIAS_SHIFT;
    private static final short LOW_MASK = 15;
    private static final short HIGH_MASK = 48;

    Codes6(CodeLayout layout) {
        super(layout);
    }

    @Override
    int bytes(int length) {
        return length / UNIT * UNIT_BYTES;
    }

    private static long nibbleAt(long at, int k, int row) {
        return at + (long) (k / UNIT) * UNIT_BYTES + row / 32 * STRIP + stripAt(k, row);
    }

    private static long highAt(long at, int k, int row) {
        return at + (long) (k / UNIT) * UNIT_BYTES + HIGH + stripAt(k, row);
    }

    private static int highShift(int row) {
        return row / STRIP_ROWS * 2;
    }

    @Override
    void pack(PanelCodes in, int length, MemorySegment out, long at) {
        for (int r = 0; r < PANEL; r++) {
            int lowShift = r / STRIP_ROWS % 2 * 4;
            for (int k = 0; k < length; k++) {
                int code = in.codes[r * in.chunkLength() + k] - lowest;
                or(out, nibbleAt(at, k, r), (code & LOW_MASK) << lowShift);
                or(out, highAt(at, k, r), code >> 4 << highShift(r));
            }
        }
    }

    @Override
    int code(MemorySegment data, long at, int k, int row) {
        int low = get(data, nibbleAt(at, k, row)) >> row / STRIP_ROWS % 2 * 4 & LOW_MASK;
        int high = get(data, highAt(at, k, row)) >> highShift(row) & HIGH_MASK >> 4;
        return (high << 4 | low) + lowest;
    }

    @Override
    void unpack(MemorySegment data, long at, int length, MemorySegment out) {
        for (int lane = 0; lane < STRIP_ROWS; lane += LANES) {
            long from = at + lane * 2;
            long to = lane * Float.BYTES;
            unpackStrips(data, from, from + HIGH, 0, length / UNIT, lowest, out, to);
            unpackStrips(data, from + STRIP, from + HIGH, 4, length / UNIT, lowest, out,
                    to + 2 * STRIP_ROWS * Float.BYTES);
        }
    }

    /// The two strips of rows of one strip of nibbles, whose upper bits begin at `shift`.
    private static void unpackStrips(MemorySegment data, long nibbles, long high, int shift, int units, float lowest,
            MemorySegment out, long to) {
        for (int unit = 0; unit < units; unit++) {
            ShortVector v = PairLanes.widen(data, nibbles + unit * UNIT_BYTES);
            ShortVector w = PairLanes.widen(data, high + unit * UNIT_BYTES).lanewise(VectorOperators.ASHR, shift);
            long k = to + unit * UNIT * WEIGHT_PITCH;
            PairLanes.unpack(low(v, w.lanewise(VectorOperators.LSHL, 4)), lowest, out, k, WEIGHT_PITCH);
            PairLanes.unpack(high(v, w.lanewise(VectorOperators.LSHL, 2)), lowest, out, k + STRIP_ROWS * Float.BYTES,
                    WEIGHT_PITCH);
        }
    }

    @Override
    void sum(MemorySegment data, long at, int from, int length, RowInput x, float[] sums) {
        for (int k = 0; k < length; k += PART) {
            int part = (from + k) / PART;
            float shift = (lowest + BIAS) * x.sums[part];
            for (int lane = 0; lane < STRIP_ROWS; lane += LANES) {
                long partAt = at + k / UNIT * UNIT_BYTES + lane * 2;
                int to = k / PART * PANEL + lane;
                sumLow(data, partAt, x.pairs, (from + k) / 2, x.pairSums[part], shift, sums, to);
                sumHigh(data, partAt, x.pairs, (from + k) / 2, x.pairSums[part], shift, sums, to + 2 * STRIP_ROWS);
            }
        }
        if (groupSize != PART) {
            GroupSums.halve(length / groupSize, PANEL, sums);
        }
    }

    /// The first strip of nibbles: small, because the compiler stops inlining in a method that has become big.
    private static void sumLow(MemorySegment data, long at, int[] x, int xAt, int bias, float shift, float[] sums,
            int to) {
        ShortVector s0 = ShortVector.zero(SHORTS);
        ShortVector s1 = ShortVector.zero(SHORTS);
        for (int unit = 0; unit < PART / UNIT; unit++) {
            long unitAt = at + unit * UNIT_BYTES;
            ShortVector w = PairLanes.widen(data, unitAt + HIGH);
            ShortVector x0 = PairLanes.broadcast(x[xAt + unit]);
            ShortVector v = PairLanes.widen(data, unitAt);
            s0 = s0.add(low(v, w.lanewise(VectorOperators.LSHL, 4)).mul(x0));
            s1 = s1.add(high(v, w.lanewise(VectorOperators.LSHL, 2)).mul(x0));
        }
        store(s0, bias, shift, sums, to);
        store(s1, bias, shift, sums, to + STRIP_ROWS);
    }

    /// The second strip of nibbles.
    private static void sumHigh(MemorySegment data, long at, int[] x, int xAt, int bias, float shift, float[] sums,
            int to) {
        ShortVector s0 = ShortVector.zero(SHORTS);
        ShortVector s1 = ShortVector.zero(SHORTS);
        for (int unit = 0; unit < PART / UNIT; unit++) {
            long unitAt = at + unit * UNIT_BYTES;
            ShortVector w = PairLanes.widen(data, unitAt + HIGH);
            ShortVector x0 = PairLanes.broadcast(x[xAt + unit]);
            ShortVector v = PairLanes.widen(data, unitAt + STRIP);
            s0 = s0.add(low(v, w).mul(x0));
            s1 = s1.add(high(v, w.lanewise(VectorOperators.ASHR, 2)).mul(x0));
        }
        store(s0, bias, shift, sums, to);
        store(s1, bias, shift, sums, to + STRIP_ROWS);
    }

    private static void store(ShortVector sum, int bias, float shift, float[] sums, int to) {
        ShortVector biased = PairLanes.broadcast(bias).lanewise(VectorOperators.LSHL, BIAS_SHIFT);
        PairLanes.toFloat(PairLanes.intSum(sum.sub(biased))).add(shift).intoArray(sums, to);
    }

    private static ShortVector low(ShortVector nibbles, ShortVector high) {
        return nibbles.and(LOW_MASK).or(high.and(HIGH_MASK));
    }

    private static ShortVector high(ShortVector nibbles, ShortVector high) {
        return low(nibbles.lanewise(VectorOperators.ASHR, 4), high);
    }
}
