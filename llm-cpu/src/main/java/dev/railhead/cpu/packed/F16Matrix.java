package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;
import static dev.railhead.cpu.simd.Width.ORDER;

import dev.railhead.cpu.simd.HalfLanes;
import dev.railhead.spi.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// Half precision. Only finite numbers: the loops widen without looking for infinities.
final class F16Matrix extends Float16Matrix {
    F16Matrix(Tensor tensor, MemorySegment data) {
        super(tensor, data);
    }

    @Override
    int bits(float value) {
        return Float.floatToFloat16(value);
    }

    @Override
    float value(int bits) {
        return Float.float16ToFloat((short) bits);
    }

    @Override
    boolean allowed(float value) {
        return Float.isFinite(value);
    }

    @Override
    void unpackLanes(MemorySegment data, long at, int pairs, MemorySegment out, long to) {
        for (int pair = 0; pair < pairs; pair++) {
            IntVector v = HalfLanes.load(data, at + pair * PAIR_BYTES);
            HalfLanes.lowHalf(v).intoMemorySegment(out, to + pair * 2 * WEIGHT_PITCH, ORDER);
            HalfLanes.highHalf(v).intoMemorySegment(out, to + (pair * 2 + 1) * WEIGHT_PITCH, ORDER);
        }
    }

    @Override
    void decodeLanes(MemorySegment data, long at, int columns, float[] x, int xOffset, float[] out, int row) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int pair = 0; pair < columns / 2; pair++) {
            long pairAt = at + pair * PAIR_BYTES;
            IntVector va = HalfLanes.load(data, pairAt);
            IntVector vb = HalfLanes.load(data, pairAt + LANES * Integer.BYTES);
            IntVector vc = HalfLanes.load(data, pairAt + 2 * LANES * Integer.BYTES);
            IntVector vd = HalfLanes.load(data, pairAt + 3 * LANES * Integer.BYTES);
            FloatVector even = FloatVector.broadcast(FLOATS, x[xOffset + 2 * pair]);
            FloatVector odd = FloatVector.broadcast(FLOATS, x[xOffset + 2 * pair + 1]);
            a = HalfLanes.highHalf(va).fma(odd, HalfLanes.lowHalf(va).fma(even, a));
            b = HalfLanes.highHalf(vb).fma(odd, HalfLanes.lowHalf(vb).fma(even, b));
            c = HalfLanes.highHalf(vc).fma(odd, HalfLanes.lowHalf(vc).fma(even, c));
            d = HalfLanes.highHalf(vd).fma(odd, HalfLanes.lowHalf(vd).fma(even, d));
        }
        a.intoArray(out, row);
        b.intoArray(out, row + LANES);
        c.intoArray(out, row + 2 * LANES);
        d.intoArray(out, row + 3 * LANES);
        if (columns % 2 == 1) {
            lastColumn(data, at + columns / 2 * PAIR_BYTES, x[xOffset + columns - 1], out, row);
        }
    }

    private static void lastColumn(MemorySegment data, long at, float x, float[] out, int row) {
        for (int lane = 0; lane < 4 * LANES; lane += LANES) {
            FloatVector w = HalfLanes.lowHalf(HalfLanes.load(data, at + lane * Integer.BYTES));
            w.fma(FloatVector.broadcast(FLOATS, x), FloatVector.fromArray(FLOATS, out, row + lane)).intoArray(out,
                    row + lane);
        }
    }
}
