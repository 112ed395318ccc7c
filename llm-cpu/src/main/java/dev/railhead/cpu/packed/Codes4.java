package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;

import dev.railhead.cpu.simd.GroupSums;
import dev.railhead.cpu.simd.PairLanes;
import dev.railhead.cpu.simd.Width;
import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
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
    private static final int BIAS = 8;

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
        FloatVector acc1 = FloatVector.fromArray(FLOATS, out, lane + 16);
        FloatVector acc2 = FloatVector.fromArray(FLOATS, out, lane + 32);
        FloatVector acc3 = FloatVector.fromArray(FLOATS, out, lane + 48);
        for (int k = 0; k < length; k += size) {
            ShortVector bias = bias(x.pairSums, from + k, size);
            ShortVector a0 = bias;
            ShortVector a1 = bias;
            ShortVector h0 = ShortVector.zero(Width.SHORTS);
            ShortVector h1 = h0;
            for (int pair = k / 2; pair < (k + size) / 2; pair++) {
                ShortVector xp = PairLanes.broadcast(x.pairs[from / 2 + pair]);
                ShortVector v0 = PairLanes.widen(data, at + pair * PAIR_BYTES);
                ShortVector v1 = PairLanes.widen(data, at + pair * PAIR_BYTES + STRIP);
                a0 = a0.add(v0.mul(xp));
                h0 = h0.add(v0.lanewise(VectorOperators.ASHR, 4).mul(xp));
                a1 = a1.add(v1.mul(xp));
                h1 = h1.add(v1.lanewise(VectorOperators.ASHR, 4).mul(xp));
            }
            float xsum = x.sum(from + k, size);
            float scale = x.scales[(from + k) / 32];
            FloatVector d = FloatVector.broadcast(FLOATS, scale);
            FloatVector negated = FloatVector.broadcast(FLOATS, -(scale * xsum));
            float shift = offset * xsum;
            int g = k / size * PANEL + lane;
            a0 = a0.sub(h0.lanewise(VectorOperators.LSHL, 4));
            a1 = a1.sub(h1.lanewise(VectorOperators.LSHL, 4));
            acc0 = GroupSums.add(acc0, PairLanes.shortSum(a0).add(shift), d, groups.scales, groups.mins,
                    hasMins, negated, g);
            acc1 = GroupSums.add(acc1, PairLanes.shortSum(h0).add(shift), d, groups.scales, groups.mins,
                    hasMins, negated, g + 16);
            acc2 = GroupSums.add(acc2, PairLanes.shortSum(a1).add(shift), d, groups.scales, groups.mins,
                    hasMins, negated, g + 32);
            acc3 = GroupSums.add(acc3, PairLanes.shortSum(h1).add(shift), d, groups.scales, groups.mins,
                    hasMins, negated, g + 48);
        }
        acc0.intoArray(out, lane);
        acc1.intoArray(out, lane + 16);
        acc2.intoArray(out, lane + 32);
        acc3.intoArray(out, lane + 48);
    }

    /// −8 · Σ x over the pairs of a group: where a sum over biased low nibbles starts.
    static ShortVector bias(int[] pairSums, int k, int size) {
        ShortVector sums = PairLanes.broadcast(pairSums[k / 16]);
        if (size == 32) {
            sums = sums.add(PairLanes.broadcast(pairSums[k / 16 + 1]));
        }
        return sums.mul((short) -BIAS);
    }
}
