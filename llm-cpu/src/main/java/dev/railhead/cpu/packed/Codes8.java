package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;

import dev.railhead.cpu.simd.GroupSums;
import dev.railhead.cpu.simd.PairLanes;
import dev.railhead.cpu.simd.Width;
import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// 8-bit codes: `byte[length / 2][4 strips]`, signed.
///
/// A code is `16 · high + low` like a pair of codes of [Codes4], so the same 16-bit sums `A` and `H` give the exact 20-bit
/// sum `16 · Σ high · x + Σ low · x` from wrapping arithmetic.
final class Codes8 extends CodeForm {
    private static final int STRIPS = 4;
    private static final int PAIR_BYTES = STRIPS * STRIP;

    /// The low nibble counts from here.
    private static final int BIAS = 8;

    Codes8(CodeLayout layout) {
        super(layout);
    }

    @Override
    int bytes(int length) {
        return length / 2 * PAIR_BYTES;
    }

    private static long byteAt(long at, int k, int row) {
        return at + (long) (k / 2) * PAIR_BYTES + row / STRIP_ROWS * STRIP + stripAt(k, row);
    }

    @Override
    void pack(PanelCodes in, int length, MemorySegment out, long at) {
        for (int r = 0; r < PANEL; r++) {
            for (int k = 0; k < length; k++) {
                out.set(ValueLayout.JAVA_BYTE, byteAt(at, k, r), in.codes[r * in.chunkLength() + k]);
            }
        }
    }

    @Override
    int code(MemorySegment data, long at, int k, int row) {
        return get(data, byteAt(at, k, row));
    }

    @Override
    void unpack(MemorySegment data, long at, int length, MemorySegment out) {
        for (int row = 0; row < PANEL; row += LANES) {
            unpackLanes(data, byteAt(at, 0, row), length, out, row * Float.BYTES);
        }
    }

    private static void unpackLanes(MemorySegment data, long at, int length, MemorySegment out, long to) {
        for (int pair = 0; pair < length / 2; pair++) {
            PairLanes.unpack(PairLanes.widen(data, at + pair * PAIR_BYTES), 0, out, to + pair * 2 * WEIGHT_PITCH,
                    WEIGHT_PITCH);
        }
    }

    @Override
    void decode(MemorySegment data, long at, int from, int length, RowInput x, PanelScratch groups,
            float[] out) {
        for (int lane = 0; lane < STRIP_ROWS; lane += LANES) {
            decodeLanes(data, at + lane * 2, from, length, x, groups, out, lane);
            decodeLanes(data, at + lane * 2 + 2 * STRIP, from, length, x, groups, out, lane + 2 * STRIP_ROWS);
        }
    }

    private void decodeLanes(MemorySegment data, long at, int from, int length, RowInput x,
            PanelScratch groups, float[] out, int row) {
        int size = groupSize;
        FloatVector acc0 = FloatVector.fromArray(FLOATS, out, row);
        FloatVector acc1 = FloatVector.fromArray(FLOATS, out, row + STRIP_ROWS);
        for (int k = 0; k < length; k += size) {
            ShortVector bias = Codes4.bias(x.pairSums, from + k, size);
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
            int g = k / size * PANEL + row;
            acc0 = GroupSums.add(acc0, sum(a0, h0, BIAS * xsum), d, groups.scales, groups.mins, hasMins,
                    negated, g);
            acc1 = GroupSums.add(acc1, sum(a1, h1, BIAS * xsum), d, groups.scales, groups.mins, hasMins,
                    negated, g + STRIP_ROWS);
        }
        acc0.intoArray(out, row);
        acc1.intoArray(out, row + STRIP_ROWS);
    }

    private static FloatVector sum(ShortVector a, ShortVector h, float shift) {
        FloatVector low = PairLanes.shortSum(a.sub(h.lanewise(VectorOperators.LSHL, 4)));
        return PairLanes.shortSum(h).lanewise(VectorOperators.FMA, 16f, low).add(shift);
    }
}
