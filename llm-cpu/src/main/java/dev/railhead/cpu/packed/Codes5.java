package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;
import static dev.railhead.cpu.simd.Width.SHORTS;

import dev.railhead.cpu.simd.PairLanes;
import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// 5-bit codes: `byte[length / 4][5 strips]`. Two strips of low nibbles for each of two pairs of k, rows r and r + 16 in the
/// first and r + 32 and r + 48 in the second, then a strip with the fifth bits of the four rows, the first pair's in the
/// low nibble and the second pair's in the high one. Codes are stored less `lowest`.
///
/// A code is put together in 16 bits. A strip's sum over a group of 32, with every second pair in a lane, is at most
/// 8 · 31 · 127 = 31496 and fits 16 bits.
final class Codes5 extends CodeForm {
    private static final int UNIT = 4;
    private static final int UNIT_BYTES = 5 * STRIP;
    private static final int HIGH = 4 * STRIP;
    private static final short LOW_MASK = 15;
    private static final short HIGH_MASK = 16;

    Codes5(CodeLayout layout) {
        super(layout);
    }

    @Override
    int bytes(int length) {
        return length / UNIT * UNIT_BYTES;
    }

    private static long nibbleAt(long at, int k, int row) {
        return at + (long) (k / UNIT) * UNIT_BYTES + k / 2 % 2 * 2 * STRIP + row / 32 * STRIP + stripAt(k, row);
    }

    private static long highAt(long at, int k, int row) {
        return at + (long) (k / UNIT) * UNIT_BYTES + HIGH + stripAt(k, row);
    }

    private static int highShift(int k, int row) {
        return row / STRIP_ROWS + k / 2 % 2 * 4;
    }

    @Override
    void pack(PanelCodes in, int length, MemorySegment out, long at) {
        for (int r = 0; r < PANEL; r++) {
            int lowShift = r / STRIP_ROWS % 2 * 4;
            for (int k = 0; k < length; k++) {
                int code = in.codes[r * in.chunkLength() + k] - lowest;
                or(out, nibbleAt(at, k, r), (code & LOW_MASK) << lowShift);
                or(out, highAt(at, k, r), code >> 4 << highShift(k, r));
            }
        }
    }

    @Override
    int code(MemorySegment data, long at, int k, int row) {
        int low = get(data, nibbleAt(at, k, row)) >> row / STRIP_ROWS % 2 * 4 & LOW_MASK;
        int high = get(data, highAt(at, k, row)) >> highShift(k, row) & HIGH_MASK >> 4;
        return (high << 4 | low) + lowest;
    }

    @Override
    void unpack(MemorySegment data, long at, int length, MemorySegment out) {
        for (int lane = 0; lane < STRIP_ROWS; lane += LANES) {
            long from = at + lane * 2;
            long to = lane * Float.BYTES;
            for (int strip = 0; strip < HIGH / STRIP; strip++) {
                unpackStrips(data, from + strip * STRIP, from + HIGH, 2 * strip, length / UNIT, lowest, out,
                        to + strip / 2 * 2 * WEIGHT_PITCH + strip % 2 * 2 * STRIP_ROWS * Float.BYTES);
            }
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
            PairLanes.unpack(high(v, w.lanewise(VectorOperators.LSHL, 3)), lowest, out, k + STRIP_ROWS * Float.BYTES,
                    WEIGHT_PITCH);
        }
    }

    @Override
    void sum(MemorySegment data, long at, int from, int length, RowInput x, float[] sums) {
        int units = groupSize / UNIT;
        for (int k = 0; k < length; k += groupSize) {
            int to = k / groupSize * PANEL;
            Arrays.fill(sums, to, to + PANEL, lowest * x.sum(from + k, groupSize));
            for (int lane = 0; lane < STRIP_ROWS; lane += LANES) {
                long unitAt = at + k / UNIT * UNIT_BYTES + lane * 2;
                for (int strip = 0; strip < HIGH / STRIP; strip++) {
                    addStrip(data, unitAt + strip * STRIP, unitAt + HIGH, 2 * strip, units, x.pairs,
                            (from + k) / 2 + strip / 2, sums, to + lane + strip % 2 * 2 * STRIP_ROWS);
                }
            }
        }
    }

    /// One strip of nibbles, whose fifth bits begin at `shift`: small, because the compiler stops inlining in a method
    /// that has become big.
    private static void addStrip(MemorySegment data, long nibbles, long high, int shift, int units, int[] x, int xAt,
            float[] sums, int to) {
        ShortVector s0 = ShortVector.zero(SHORTS);
        ShortVector s1 = ShortVector.zero(SHORTS);
        for (int unit = 0; unit < units; unit++) {
            ShortVector v = PairLanes.widen(data, nibbles + unit * UNIT_BYTES);
            ShortVector w = PairLanes.widen(data, high + unit * UNIT_BYTES).lanewise(VectorOperators.ASHR, shift);
            ShortVector xp = PairLanes.broadcast(x[xAt + unit * (UNIT / 2)]);
            s0 = s0.add(low(v, w.lanewise(VectorOperators.LSHL, 4)).mul(xp));
            s1 = s1.add(high(v, w.lanewise(VectorOperators.LSHL, 3)).mul(xp));
        }
        add(s0, sums, to);
        add(s1, sums, to + STRIP_ROWS);
    }

    private static void add(ShortVector sum, float[] sums, int to) {
        PairLanes.toFloat(PairLanes.intSum(sum)).add(FloatVector.fromArray(FLOATS, sums, to)).intoArray(sums, to);
    }

    private static ShortVector low(ShortVector nibbles, ShortVector high) {
        return nibbles.and(LOW_MASK).or(high.and(HIGH_MASK));
    }

    private static ShortVector high(ShortVector nibbles, ShortVector high) {
        return low(nibbles.lanewise(VectorOperators.ASHR, 4), high);
    }
}
