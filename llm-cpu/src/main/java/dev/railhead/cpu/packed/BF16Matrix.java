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

/// bfloat16: the upper half of a single.
final class BF16Matrix extends Float16Matrix {
    private static final int HIGH_HALF = 0xFFFF0000;

    BF16Matrix(Tensor tensor, MemorySegment data) {
        super(tensor, data);
    }

    @Override
    String form() {
        return PackedForms.BF16;
    }

    @Override
    float value(int bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    @Override
    boolean allowed(int pair) {
        return true;
    }

    @Override
    void unpackLanes(MemorySegment data, long at, int pairs, MemorySegment out, long to) {
        for (int pair = 0; pair < pairs; pair++) {
            IntVector v = HalfLanes.load(data, at + pair * PAIR_BYTES);
            HalfLanes.lowBfloat(v).intoMemorySegment(out, to + pair * 2 * WEIGHT_PITCH, ORDER);
            HalfLanes.highBfloat(v).intoMemorySegment(out, to + (pair * 2 + 1) * WEIGHT_PITCH, ORDER);
        }
    }

    @Override
    public boolean decode(int panel, int from, int length, ActivationTiles x, int start, PanelScratch scratch,
            float[] acc) {
        for (int row = 0; row < PANEL; row += 4 * LANES) {
            decodeLanes(scratch.packed, scratch.packedAt + row * Integer.BYTES, length, x.values,
                    start * columns() + from, acc, start * PANEL + row);
        }
        return true;
    }

    /// Four vectors of rows, a whole panel at 512 bits, so that memory is read straight on. Calls the Vector API only, without
    /// [HalfLanes]: the compiler stops inlining in a big method.
    private static void decodeLanes(MemorySegment data, long at, int length, float[] x, int xAt, float[] out, int to) {
        FloatVector a = FloatVector.fromArray(FLOATS, out, to);
        FloatVector b = FloatVector.fromArray(FLOATS, out, to + LANES);
        FloatVector c = FloatVector.fromArray(FLOATS, out, to + 2 * LANES);
        FloatVector d = FloatVector.fromArray(FLOATS, out, to + 3 * LANES);
        long first = at - (long) xAt * K_BYTES;
        int end = xAt + length - 1;
        for (int k = xAt; k < end; k += 2) {
            long pair = first + (long) k * K_BYTES;
            IntVector va = IntVector.fromMemorySegment(INTS, data, pair, ORDER);
            IntVector vb = IntVector.fromMemorySegment(INTS, data, pair + VECTOR_BYTES, ORDER);
            IntVector vc = IntVector.fromMemorySegment(INTS, data, pair + 2 * VECTOR_BYTES, ORDER);
            IntVector vd = IntVector.fromMemorySegment(INTS, data, pair + 3 * VECTOR_BYTES, ORDER);
            FloatVector even = FloatVector.broadcast(FLOATS, x[k]);
            FloatVector odd = FloatVector.broadcast(FLOATS, x[k + 1]);
            a = va.lanewise(VectorOperators.LSHL, Short.SIZE).reinterpretAsFloats().fma(even, a);
            b = vb.lanewise(VectorOperators.LSHL, Short.SIZE).reinterpretAsFloats().fma(even, b);
            c = vc.lanewise(VectorOperators.LSHL, Short.SIZE).reinterpretAsFloats().fma(even, c);
            d = vd.lanewise(VectorOperators.LSHL, Short.SIZE).reinterpretAsFloats().fma(even, d);
            a = va.and(HIGH_HALF).reinterpretAsFloats().fma(odd, a);
            b = vb.and(HIGH_HALF).reinterpretAsFloats().fma(odd, b);
            c = vc.and(HIGH_HALF).reinterpretAsFloats().fma(odd, c);
            d = vd.and(HIGH_HALF).reinterpretAsFloats().fma(odd, d);
        }
        a.intoArray(out, to);
        b.intoArray(out, to + LANES);
        c.intoArray(out, to + 2 * LANES);
        d.intoArray(out, to + 3 * LANES);
        if (length % 2 == 1) {
            lastColumn(data, at + length / 2 * PAIR_BYTES, x[xAt + length - 1], out, to);
        }
    }

    private static void lastColumn(MemorySegment data, long at, float x, float[] out, int to) {
        for (int lane = 0; lane < 4 * LANES; lane += LANES) {
            FloatVector w = HalfLanes.lowBfloat(HalfLanes.load(data, at + lane * Integer.BYTES));
            w.fma(FloatVector.broadcast(FLOATS, x), FloatVector.fromArray(FLOATS, out, to + lane)).intoArray(out,
                    to + lane);
        }
    }
}
