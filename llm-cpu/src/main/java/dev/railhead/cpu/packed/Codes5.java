package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.HALF_BYTES;
import static dev.railhead.cpu.simd.Width.INTS;
import static dev.railhead.cpu.simd.Width.ORDER;
import static dev.railhead.cpu.simd.Width.SHORTS;

import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// 5-bit codes: a byte has the upper bits of four values of k. See [SplitCodes].
final class Codes5 extends SplitCodes {
    /// Steps of a sum, 16 k.
    private static final int STEPS = 4;

    Codes5(CodeLayout layout) {
        super(layout);
    }

    @Override
    void sumLanes(MemorySegment data, long nibbles, long high, int steps, int[] x, int xAt, short[] sums, int to) {
        sum(data, nibbles, high, steps, x, xAt, sums, to);
    }

    /// Upper bits are moved to the top of a lane and down again to their place above the nibble, with the sign; `a ^ (a ^ b) &
    /// mask` is one instruction of AVX-512. One loop over all sums: a loop for each would be too short to be compiled well.
    private static void sum(MemorySegment data, long nibbles, long high, int steps, int[] x, int xAt, short[] sums,
            int sumsAt) {
        ShortVector s0 = ShortVector.zero(SHORTS);
        ShortVector s1 = ShortVector.zero(SHORTS);
        int to = sumsAt;
        for (int q = 0; q < steps; q++) {
            ShortVector w = (ShortVector) ByteVector
                    .fromMemorySegment(HALF_BYTES, data, high + (long) q * HALF_PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            ShortVector v = (ShortVector) ByteVector
                    .fromMemorySegment(HALF_BYTES, data, nibbles + (long) q * STEP * HALF_PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            ShortVector xk = IntVector.broadcast(INTS, x[xAt + q * STEP]).reinterpretAsShorts();
            ShortVector t = w.lanewise(VectorOperators.LSHL, 11).lanewise(VectorOperators.ASHR, 11);
            t = t.lanewise(VectorOperators.XOR, t.lanewise(VectorOperators.XOR, v).and(LOW_MASK));
            s0 = s0.add(t.mul(xk));
            v = v.lanewise(VectorOperators.ASHR, NIBBLE);
            t = w.lanewise(VectorOperators.LSHL, 10).lanewise(VectorOperators.ASHR, 11);
            t = t.lanewise(VectorOperators.XOR, t.lanewise(VectorOperators.XOR, v).and(LOW_MASK));
            s1 = s1.add(t.mul(xk));
            v = (ShortVector) ByteVector
                    .fromMemorySegment(HALF_BYTES, data, nibbles + (long) (q * STEP + 1) * HALF_PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            xk = IntVector.broadcast(INTS, x[xAt + q * STEP + 1]).reinterpretAsShorts();
            t = w.lanewise(VectorOperators.LSHL, 9).lanewise(VectorOperators.ASHR, 11);
            t = t.lanewise(VectorOperators.XOR, t.lanewise(VectorOperators.XOR, v).and(LOW_MASK));
            s0 = s0.add(t.mul(xk));
            v = v.lanewise(VectorOperators.ASHR, NIBBLE);
            t = w.lanewise(VectorOperators.ASHR, 3);
            t = t.lanewise(VectorOperators.XOR, t.lanewise(VectorOperators.XOR, v).and(LOW_MASK));
            s1 = s1.add(t.mul(xk));
            v = (ShortVector) ByteVector
                    .fromMemorySegment(HALF_BYTES, data, nibbles + (long) (q * STEP + 2) * HALF_PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            xk = IntVector.broadcast(INTS, x[xAt + q * STEP + 2]).reinterpretAsShorts();
            t = w.lanewise(VectorOperators.LSHL, 15).lanewise(VectorOperators.ASHR, 11);
            t = t.lanewise(VectorOperators.XOR, t.lanewise(VectorOperators.XOR, v).and(LOW_MASK));
            s0 = s0.add(t.mul(xk));
            v = v.lanewise(VectorOperators.ASHR, NIBBLE);
            t = w.lanewise(VectorOperators.LSHL, 14).lanewise(VectorOperators.ASHR, 11);
            t = t.lanewise(VectorOperators.XOR, t.lanewise(VectorOperators.XOR, v).and(LOW_MASK));
            s1 = s1.add(t.mul(xk));
            v = (ShortVector) ByteVector
                    .fromMemorySegment(HALF_BYTES, data, nibbles + (long) (q * STEP + 3) * HALF_PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            xk = IntVector.broadcast(INTS, x[xAt + q * STEP + 3]).reinterpretAsShorts();
            t = w.lanewise(VectorOperators.LSHL, 13).lanewise(VectorOperators.ASHR, 11);
            t = t.lanewise(VectorOperators.XOR, t.lanewise(VectorOperators.XOR, v).and(LOW_MASK));
            s0 = s0.add(t.mul(xk));
            v = v.lanewise(VectorOperators.ASHR, NIBBLE);
            t = w.lanewise(VectorOperators.LSHL, 12).lanewise(VectorOperators.ASHR, 11);
            t = t.lanewise(VectorOperators.XOR, t.lanewise(VectorOperators.XOR, v).and(LOW_MASK));
            s1 = s1.add(t.mul(xk));
            if ((q + 1 & STEPS - 1) == 0) {
                s0.intoArray(sums, to);
                s1.intoArray(sums, to + HALF_PANEL);
                to += PANEL;
                s0 = ShortVector.zero(SHORTS);
                s1 = ShortVector.zero(SHORTS);
            }
        }
    }
}
