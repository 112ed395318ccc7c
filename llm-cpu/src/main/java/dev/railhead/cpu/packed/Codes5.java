package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;

import dev.railhead.cpu.simd.GroupSums;
import dev.railhead.cpu.simd.PairLanes;
import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// 5-bit codes: `byte[length / 4][5 strips]`. Two strips of low nibbles for each of two pairs of k, rows r and r + 16 in the
/// first and r + 32 and r + 48 in the second, then a strip with the fifth bits of the four rows, the first pair's in the
/// low nibble and the second pair's in the high one. Codes are stored less `lowest`.
///
/// A code is put together in 16 bits; the sum over 16 k, with a pair in each lane, then is at most 8 · 16 · 127 = 16256 in a short
/// once −16 · Σ x is taken off, and fits 16 bits.
final class Codes5 extends CodeForm {
    private static final int UNIT = 4;
    private static final int UNIT_BYTES = 5 * STRIP;
    private static final int HIGH = 4 * STRIP;
    private static final int BIAS = 16;
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
            unpackLanes(data, at + lane * 2, length, lowest, out, lane * Float.BYTES);
        }
    }

    private static void unpackLanes(MemorySegment data, long at, int length, int lowest, MemorySegment out, long to) {
        long strip = STRIP_ROWS * Float.BYTES;
        for (int unit = 0; unit < length / UNIT; unit++) {
            long from = at + unit * UNIT_BYTES;
            long k = to + unit * UNIT * WEIGHT_PITCH;
            ShortVector w = PairLanes.widen(data, from + HIGH);
            ShortVector v0 = PairLanes.widen(data, from);
            ShortVector v1 = PairLanes.widen(data, from + STRIP);
            PairLanes.unpack(low(v0, w.lanewise(VectorOperators.LSHL, 4)), lowest, out, k, WEIGHT_PITCH);
            PairLanes.unpack(high(v0, w.lanewise(VectorOperators.LSHL, 3)), lowest, out, k + strip, WEIGHT_PITCH);
            PairLanes.unpack(low(v1, w.lanewise(VectorOperators.LSHL, 2)), lowest, out, k + 2 * strip, WEIGHT_PITCH);
            PairLanes.unpack(high(v1, w.lanewise(VectorOperators.LSHL, 1)), lowest, out, k + 3 * strip, WEIGHT_PITCH);
            ShortVector v2 = PairLanes.widen(data, from + 2 * STRIP);
            ShortVector v3 = PairLanes.widen(data, from + 3 * STRIP);
            PairLanes.unpack(low(v2, w), lowest, out, k + 2 * WEIGHT_PITCH, WEIGHT_PITCH);
            PairLanes.unpack(high(v2, w.lanewise(VectorOperators.ASHR, 1)), lowest, out, k + 2 * WEIGHT_PITCH + strip,
                    WEIGHT_PITCH);
            PairLanes.unpack(low(v3, w.lanewise(VectorOperators.ASHR, 2)), lowest, out,
                    k + 2 * WEIGHT_PITCH + 2 * strip, WEIGHT_PITCH);
            PairLanes.unpack(high(v3, w.lanewise(VectorOperators.ASHR, 3)), lowest, out,
                    k + 2 * WEIGHT_PITCH + 3 * strip, WEIGHT_PITCH);
        }
    }

    @Override
    void decode(MemorySegment data, long at, int from, int length, RowInput x, PanelScratch groups,
            float[] out) {
        for (int lane = 0; lane < STRIP_ROWS; lane += LANES) {
            decodeLanes(data, at + lane * 2, from, length, lowest + BIAS, x, groups, out, lane);
        }
    }

    private void decodeLanes(MemorySegment data, long at, int from, int length, int offset, RowInput x,
            PanelScratch groups, float[] out, int lane) {
        int size = groupSize;
        FloatVector acc0 = FloatVector.fromArray(FLOATS, out, lane);
        FloatVector acc1 = FloatVector.fromArray(FLOATS, out, lane + STRIP_ROWS);
        FloatVector acc2 = FloatVector.fromArray(FLOATS, out, lane + 2 * STRIP_ROWS);
        FloatVector acc3 = FloatVector.fromArray(FLOATS, out, lane + 3 * STRIP_ROWS);
        for (int k = 0; k < length; k += size) {
            FloatVector sum0 = FloatVector.broadcast(FLOATS, offset * x.sum(from + k, size));
            FloatVector sum1 = sum0;
            FloatVector sum2 = sum0;
            FloatVector sum3 = sum0;
            for (int part = k; part < k + size; part += 16) {
                ShortVector s0 = PairLanes.broadcast(x.pairSums[(from + part) / 16]).mul((short) -BIAS);
                ShortVector s1 = s0;
                ShortVector s2 = s0;
                ShortVector s3 = s0;
                for (int unit = part / UNIT; unit < (part + 16) / UNIT; unit++) {
                    long unitAt = at + unit * UNIT_BYTES;
                    int pair = (from / UNIT + unit) * (UNIT / 2);
                    ShortVector w = PairLanes.widen(data, unitAt + HIGH);
                    ShortVector x0 = PairLanes.broadcast(x.pairs[pair]);
                    ShortVector v0 = PairLanes.widen(data, unitAt);
                    ShortVector v1 = PairLanes.widen(data, unitAt + STRIP);
                    s0 = s0.add(low(v0, w.lanewise(VectorOperators.LSHL, 4)).mul(x0));
                    s1 = s1.add(high(v0, w.lanewise(VectorOperators.LSHL, 3)).mul(x0));
                    s2 = s2.add(low(v1, w.lanewise(VectorOperators.LSHL, 2)).mul(x0));
                    s3 = s3.add(high(v1, w.lanewise(VectorOperators.LSHL, 1)).mul(x0));
                    ShortVector x1 = PairLanes.broadcast(x.pairs[pair + 1]);
                    ShortVector v2 = PairLanes.widen(data, unitAt + 2 * STRIP);
                    ShortVector v3 = PairLanes.widen(data, unitAt + 3 * STRIP);
                    s0 = s0.add(low(v2, w).mul(x1));
                    s1 = s1.add(high(v2, w.lanewise(VectorOperators.ASHR, 1)).mul(x1));
                    s2 = s2.add(low(v3, w.lanewise(VectorOperators.ASHR, 2)).mul(x1));
                    s3 = s3.add(high(v3, w.lanewise(VectorOperators.ASHR, 3)).mul(x1));
                }
                sum0 = sum0.add(PairLanes.toFloat(PairLanes.intSum(s0)));
                sum1 = sum1.add(PairLanes.toFloat(PairLanes.intSum(s1)));
                sum2 = sum2.add(PairLanes.toFloat(PairLanes.intSum(s2)));
                sum3 = sum3.add(PairLanes.toFloat(PairLanes.intSum(s3)));
            }
            float scale = x.scales[(from + k) / 32];
            FloatVector d = FloatVector.broadcast(FLOATS, scale);
            FloatVector negated = FloatVector.broadcast(FLOATS, -(scale * x.sum(from + k, size)));
            int g = k / size * PANEL + lane;
            acc0 = GroupSums.add(acc0, sum0, d, groups.scales, groups.mins, hasMins, negated, g);
            acc1 = GroupSums.add(acc1, sum1, d, groups.scales, groups.mins, hasMins, negated,
                    g + STRIP_ROWS);
            acc2 = GroupSums.add(acc2, sum2, d, groups.scales, groups.mins, hasMins, negated,
                    g + 2 * STRIP_ROWS);
            acc3 = GroupSums.add(acc3, sum3, d, groups.scales, groups.mins, hasMins, negated,
                    g + 3 * STRIP_ROWS);
        }
        acc0.intoArray(out, lane);
        acc1.intoArray(out, lane + STRIP_ROWS);
        acc2.intoArray(out, lane + 2 * STRIP_ROWS);
        acc3.intoArray(out, lane + 3 * STRIP_ROWS);
    }

    private static ShortVector low(ShortVector nibbles, ShortVector high) {
        return nibbles.and(LOW_MASK).or(high.and(HIGH_MASK));
    }

    private static ShortVector high(ShortVector nibbles, ShortVector high) {
        return low(nibbles.lanewise(VectorOperators.ASHR, 4), high);
    }
}
