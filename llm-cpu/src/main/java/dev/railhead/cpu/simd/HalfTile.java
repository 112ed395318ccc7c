package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.HALF_SHORTS;
import static dev.railhead.cpu.simd.Width.INTS;
import static dev.railhead.cpu.simd.Width.LANES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// As [FloatTile], with half precision weights, finite or NaN, that are widened on the way as [HalfLanes#widen] does. For
/// few activation rows: with more, the same weights would be widened again and again. The methods are written out because
/// a helper isn't always inlined, and then every vector is an object.
public final class HalfTile {
    /// The largest number of activation rows for which this is faster than widening first.
    public static final int MAX_ROWS = 4;

    private static final long VECTOR_BYTES = LANES * Short.BYTES;

    private HalfTile() {}

    /// Runs a tile of `size` activation rows.
    ///
    /// @param size a result of [FloatTile#size], at most [#MAX_ROWS]
    /// @param w halves `[depth][wPitch / 2]`, from the byte `wOffset`
    /// @param wPitch bytes from one k to the next
    /// @param depth number of k
    /// @param x `float[depth][xPitch]`, from `xOffset`
    /// @param init `float[size][initPitch]`, from `initOffset`; may be `out`
    /// @param out `float[size][outPitch]`, from `outOffset`
    public static void run(int size, MemorySegment w, long wOffset, long wPitch, int depth, float[] x, int xOffset,
            int xPitch, float[] init, int initOffset, int initPitch, float[] out, int outOffset, int outPitch) {
        switch (size) {
            case 4 -> tile4(w, wOffset, wPitch, depth, x, xOffset, xPitch, init, initOffset, initPitch, out, outOffset,
                    outPitch);
            case 2 -> tile2(w, wOffset, wPitch, depth, x, xOffset, xPitch, init, initOffset, initPitch, out, outOffset,
                    outPitch);
            default -> tile1(w, wOffset, wPitch, depth, x, xOffset, xPitch, init, initOffset, out, outOffset);
        }
    }

    private static void tile4(MemorySegment w, long wOffset, long wPitch, int depth, float[] x, int xOffset, int xPitch,
            float[] init, int initOffset, int initPitch, float[] out, int outOffset, int outPitch) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, init, initOffset);
        FloatVector b0 = FloatVector.fromArray(FLOATS, init, initOffset + LANES);
        FloatVector a1 = FloatVector.fromArray(FLOATS, init, initOffset + initPitch);
        FloatVector b1 = FloatVector.fromArray(FLOATS, init, initOffset + initPitch + LANES);
        FloatVector a2 = FloatVector.fromArray(FLOATS, init, initOffset + 2 * initPitch);
        FloatVector b2 = FloatVector.fromArray(FLOATS, init, initOffset + 2 * initPitch + LANES);
        FloatVector a3 = FloatVector.fromArray(FLOATS, init, initOffset + 3 * initPitch);
        FloatVector b3 = FloatVector.fromArray(FLOATS, init, initOffset + 3 * initPitch + LANES);
        for (int k = 0, i = xOffset; k < depth; k++, i += xPitch) {
            FloatVector p = ((IntVector) ShortVector
                    .fromMemorySegment(HALF_SHORTS, w, wOffset + k * wPitch, Width.ORDER)
                    .convertShape(VectorOperators.S2I, INTS, 0))
                    .lanewise(VectorOperators.LSHL, HalfLanes.WIDENING_SHIFT)
                    .and(HalfLanes.HALF_BITS).reinterpretAsFloats().mul(HalfLanes.HALF_BIAS);
            p = p.mul(HalfLanes.HALF_BIAS).fma(FloatVector.zero(FLOATS), p);
            FloatVector q = ((IntVector) ShortVector
                    .fromMemorySegment(HALF_SHORTS, w, wOffset + k * wPitch + VECTOR_BYTES, Width.ORDER)
                    .convertShape(VectorOperators.S2I, INTS, 0))
                    .lanewise(VectorOperators.LSHL, HalfLanes.WIDENING_SHIFT)
                    .and(HalfLanes.HALF_BITS).reinterpretAsFloats().mul(HalfLanes.HALF_BIAS);
            q = q.mul(HalfLanes.HALF_BIAS).fma(FloatVector.zero(FLOATS), q);
            FloatVector x0 = FloatVector.broadcast(FLOATS, x[i]);
            a0 = p.fma(x0, a0);
            b0 = q.fma(x0, b0);
            FloatVector x1 = FloatVector.broadcast(FLOATS, x[i + 1]);
            a1 = p.fma(x1, a1);
            b1 = q.fma(x1, b1);
            FloatVector x2 = FloatVector.broadcast(FLOATS, x[i + 2]);
            a2 = p.fma(x2, a2);
            b2 = q.fma(x2, b2);
            FloatVector x3 = FloatVector.broadcast(FLOATS, x[i + 3]);
            a3 = p.fma(x3, a3);
            b3 = q.fma(x3, b3);
        }
        a0.intoArray(out, outOffset);
        b0.intoArray(out, outOffset + LANES);
        a1.intoArray(out, outOffset + outPitch);
        b1.intoArray(out, outOffset + outPitch + LANES);
        a2.intoArray(out, outOffset + 2 * outPitch);
        b2.intoArray(out, outOffset + 2 * outPitch + LANES);
        a3.intoArray(out, outOffset + 3 * outPitch);
        b3.intoArray(out, outOffset + 3 * outPitch + LANES);
    }

    private static void tile2(MemorySegment w, long wOffset, long wPitch, int depth, float[] x, int xOffset, int xPitch,
            float[] init, int initOffset, int initPitch, float[] out, int outOffset, int outPitch) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, init, initOffset);
        FloatVector b0 = FloatVector.fromArray(FLOATS, init, initOffset + LANES);
        FloatVector a1 = FloatVector.fromArray(FLOATS, init, initOffset + initPitch);
        FloatVector b1 = FloatVector.fromArray(FLOATS, init, initOffset + initPitch + LANES);
        for (int k = 0, i = xOffset; k < depth; k++, i += xPitch) {
            FloatVector p = ((IntVector) ShortVector
                    .fromMemorySegment(HALF_SHORTS, w, wOffset + k * wPitch, Width.ORDER)
                    .convertShape(VectorOperators.S2I, INTS, 0))
                    .lanewise(VectorOperators.LSHL, HalfLanes.WIDENING_SHIFT)
                    .and(HalfLanes.HALF_BITS).reinterpretAsFloats().mul(HalfLanes.HALF_BIAS);
            p = p.mul(HalfLanes.HALF_BIAS).fma(FloatVector.zero(FLOATS), p);
            FloatVector q = ((IntVector) ShortVector
                    .fromMemorySegment(HALF_SHORTS, w, wOffset + k * wPitch + VECTOR_BYTES, Width.ORDER)
                    .convertShape(VectorOperators.S2I, INTS, 0))
                    .lanewise(VectorOperators.LSHL, HalfLanes.WIDENING_SHIFT)
                    .and(HalfLanes.HALF_BITS).reinterpretAsFloats().mul(HalfLanes.HALF_BIAS);
            q = q.mul(HalfLanes.HALF_BIAS).fma(FloatVector.zero(FLOATS), q);
            FloatVector x0 = FloatVector.broadcast(FLOATS, x[i]);
            a0 = p.fma(x0, a0);
            b0 = q.fma(x0, b0);
            FloatVector x1 = FloatVector.broadcast(FLOATS, x[i + 1]);
            a1 = p.fma(x1, a1);
            b1 = q.fma(x1, b1);
        }
        a0.intoArray(out, outOffset);
        b0.intoArray(out, outOffset + LANES);
        a1.intoArray(out, outOffset + outPitch);
        b1.intoArray(out, outOffset + outPitch + LANES);
    }

    private static void tile1(MemorySegment w, long wOffset, long wPitch, int depth, float[] x, int xOffset, int xPitch,
            float[] init, int initOffset, float[] out, int outOffset) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, init, initOffset);
        FloatVector b0 = FloatVector.fromArray(FLOATS, init, initOffset + LANES);
        for (int k = 0, i = xOffset; k < depth; k++, i += xPitch) {
            FloatVector p = ((IntVector) ShortVector
                    .fromMemorySegment(HALF_SHORTS, w, wOffset + k * wPitch, Width.ORDER)
                    .convertShape(VectorOperators.S2I, INTS, 0))
                    .lanewise(VectorOperators.LSHL, HalfLanes.WIDENING_SHIFT)
                    .and(HalfLanes.HALF_BITS).reinterpretAsFloats().mul(HalfLanes.HALF_BIAS);
            p = p.mul(HalfLanes.HALF_BIAS).fma(FloatVector.zero(FLOATS), p);
            FloatVector q = ((IntVector) ShortVector
                    .fromMemorySegment(HALF_SHORTS, w, wOffset + k * wPitch + VECTOR_BYTES, Width.ORDER)
                    .convertShape(VectorOperators.S2I, INTS, 0))
                    .lanewise(VectorOperators.LSHL, HalfLanes.WIDENING_SHIFT)
                    .and(HalfLanes.HALF_BITS).reinterpretAsFloats().mul(HalfLanes.HALF_BIAS);
            q = q.mul(HalfLanes.HALF_BIAS).fma(FloatVector.zero(FLOATS), q);
            FloatVector x0 = FloatVector.broadcast(FLOATS, x[i]);
            a0 = p.fma(x0, a0);
            b0 = q.fma(x0, b0);
        }
        a0.intoArray(out, outOffset);
        b0.intoArray(out, outOffset + LANES);
    }
}
