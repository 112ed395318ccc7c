package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.INTS;
import static dev.railhead.cpu.simd.Width.LANES;
import static dev.railhead.cpu.simd.Width.ORDER;

import dev.railhead.cpu.simd.HalfLanes;
import dev.railhead.spi.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// Half precision. Only finite numbers: the loops widen without looking for infinities.
final class F16Matrix extends Float16Matrix {
    /// All bits of the exponent, as infinities have them and what is not a number.
    private static final int LOW_EXPONENT = 0x7C00;
    private static final int HIGH_EXPONENT = LOW_EXPONENT << Short.SIZE;

    /// From a half in the high bits to the place its exponent and fraction have in a single.
    private static final int EXPONENT_SHIFT = 3;

    F16Matrix(Tensor tensor, MemorySegment data) {
        super(tensor, data);
    }

    @Override
    String form() {
        return PackedForms.F16;
    }

    @Override
    float value(int bits) {
        return Float.float16ToFloat((short) bits);
    }

    @Override
    boolean allowed(int pair) {
        return (pair & LOW_EXPONENT) != LOW_EXPONENT && (pair & HIGH_EXPONENT) != HIGH_EXPONENT;
    }

    @Override
    void unpackLanes(MemorySegment data, long at, int pairs, MemorySegment out, long to) {
        for (int pair = 0; pair < pairs; pair++) {
            IntVector v = HalfLanes.load(data, at + pair * PAIR_BYTES);
            HalfLanes.lowHalf(v).intoMemorySegment(out, to + pair * 2 * WEIGHT_PITCH, ORDER);
            HalfLanes.highHalf(v).intoMemorySegment(out, to + (pair * 2 + 1) * WEIGHT_PITCH, ORDER);
        }
    }

    /// The factor of [HalfLanes#HALF_BIAS] goes to the activations, which leaves each product as it was. Only products with
    /// activations that it would make infinite are left to the loops for several rows.
    @Override
    public boolean decode(int panel, int from, int length, ActivationTiles x, int start, PanelScratch scratch,
            float[] acc) {
        if (!HalfLanes.scaleUp(x.values, start * columns() + from, length, scratch.row)) {
            return false;
        }
        for (int row = 0; row < PANEL; row += 4 * LANES) {
            decodeLanes(scratch.packed, scratch.packedAt + row * Integer.BYTES, length, scratch.row, acc,
                    start * PANEL + row);
        }
        return true;
    }

    /// Four vectors of rows, a whole panel at 512 bits, so that memory is read straight on. Calls the Vector API only, without
    /// [HalfLanes]: the compiler stops inlining in a big method.
    private static void decodeLanes(MemorySegment data, long at, int length, float[] x, float[] out, int to) {
        FloatVector a = FloatVector.fromArray(FLOATS, out, to);
        FloatVector b = FloatVector.fromArray(FLOATS, out, to + LANES);
        FloatVector c = FloatVector.fromArray(FLOATS, out, to + 2 * LANES);
        FloatVector d = FloatVector.fromArray(FLOATS, out, to + 3 * LANES);
        for (int k = 0; k < length - 1; k += 2) {
            long pair = at + (long) k * K_BYTES;
            IntVector va = IntVector.fromMemorySegment(INTS, data, pair, ORDER);
            IntVector vb = IntVector.fromMemorySegment(INTS, data, pair + VECTOR_BYTES, ORDER);
            IntVector vc = IntVector.fromMemorySegment(INTS, data, pair + 2 * VECTOR_BYTES, ORDER);
            IntVector vd = IntVector.fromMemorySegment(INTS, data, pair + 3 * VECTOR_BYTES, ORDER);
            FloatVector even = FloatVector.broadcast(FLOATS, x[k]);
            FloatVector odd = FloatVector.broadcast(FLOATS, x[k + 1]);
            a = va.lanewise(VectorOperators.LSHL, Short.SIZE).lanewise(VectorOperators.ASHR, EXPONENT_SHIFT)
                    .and(HalfLanes.HALF_BITS).reinterpretAsFloats().fma(even, a);
            b = vb.lanewise(VectorOperators.LSHL, Short.SIZE).lanewise(VectorOperators.ASHR, EXPONENT_SHIFT)
                    .and(HalfLanes.HALF_BITS).reinterpretAsFloats().fma(even, b);
            c = vc.lanewise(VectorOperators.LSHL, Short.SIZE).lanewise(VectorOperators.ASHR, EXPONENT_SHIFT)
                    .and(HalfLanes.HALF_BITS).reinterpretAsFloats().fma(even, c);
            d = vd.lanewise(VectorOperators.LSHL, Short.SIZE).lanewise(VectorOperators.ASHR, EXPONENT_SHIFT)
                    .and(HalfLanes.HALF_BITS).reinterpretAsFloats().fma(even, d);
            a = va.lanewise(VectorOperators.ASHR, EXPONENT_SHIFT).and(HalfLanes.HALF_BITS).reinterpretAsFloats()
                    .fma(odd, a);
            b = vb.lanewise(VectorOperators.ASHR, EXPONENT_SHIFT).and(HalfLanes.HALF_BITS).reinterpretAsFloats()
                    .fma(odd, b);
            c = vc.lanewise(VectorOperators.ASHR, EXPONENT_SHIFT).and(HalfLanes.HALF_BITS).reinterpretAsFloats()
                    .fma(odd, c);
            d = vd.lanewise(VectorOperators.ASHR, EXPONENT_SHIFT).and(HalfLanes.HALF_BITS).reinterpretAsFloats()
                    .fma(odd, d);
        }
        a.intoArray(out, to);
        b.intoArray(out, to + LANES);
        c.intoArray(out, to + 2 * LANES);
        d.intoArray(out, to + 3 * LANES);
        if (length % 2 == 1) {
            lastColumn(data, at + length / 2 * PAIR_BYTES, x[length - 1], out, to);
        }
    }

    private static void lastColumn(MemorySegment data, long at, float x, float[] out, int to) {
        for (int lane = 0; lane < 4 * LANES; lane += LANES) {
            FloatVector w = HalfLanes.lowHalfBits(HalfLanes.load(data, at + lane * Integer.BYTES));
            w.fma(FloatVector.broadcast(FLOATS, x), FloatVector.fromArray(FLOATS, out, to + lane)).intoArray(out,
                    to + lane);
        }
    }
}
