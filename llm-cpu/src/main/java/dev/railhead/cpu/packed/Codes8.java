package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;
import static dev.railhead.cpu.simd.Width.SHORTS;

import dev.railhead.cpu.simd.PairLanes;
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
    private static final int BIAS_SHIFT = 3;
    private static final int BIAS = 1 << BIAS_SHIFT;

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
    void sum(MemorySegment data, long at, int from, int length, RowInput x, float[] sums) {
        for (int k = 0; k < length; k += groupSize) {
            float shift = BIAS * x.sum(from + k, groupSize);
            int bias = x.pairSum(from + k, groupSize);
            for (int row = 0; row < PANEL; row += LANES) {
                sumGroup(data, byteAt(at, k, row), groupSize / 2, x.pairs, (from + k) / 2, bias, shift, sums,
                        k / groupSize * PANEL + row);
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
        FloatVector low = PairLanes.shortSum(a.sub(h.lanewise(VectorOperators.LSHL, 4)).sub(biased)).add(shift);
        PairLanes.shortSum(h).fma(FloatVector.broadcast(FLOATS, 16f), low).intoArray(sums, to);
    }
}
