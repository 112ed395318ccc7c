package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;
import static dev.railhead.cpu.simd.Width.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// The f32 microkernel: two vectors of weights by a few rows of activations, all sums in registers.
///
/// ```
/// sum[t][r] = init[t][r], then for each k: sum[t][r] = fma(w[k][r], x[k][t], sum[t][r])
/// ```
///
/// for r in the [#ROWS] weight rows of two vectors and t in the tile's activation rows. Weight rows are lanes, so every
/// output is one chain of fma. The methods are written out because vectors can't be kept in arrays: the compiler would box
/// them. They call the Vector API only, see [ShortTile].
public final class FloatTile {
    /// Weight rows of a tile: two vectors.
    public static final int ROWS = 2 * LANES;

    private static final long VECTOR_BYTES = LANES * Float.BYTES;

    private FloatTile() {}

    /// The size of the next tile when so many activation rows are left.
    public static int size(int left) {
        if (left >= Width.TILE_ROWS) {
            return Width.TILE_ROWS;
        }
        return left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
    }

    /// Runs a tile of `size` activation rows.
    ///
    /// @param size a result of [#size]
    /// @param w `float[depth][wPitch / 4]`, from the byte `wOffset`
    /// @param wPitch bytes from one k to the next
    /// @param depth number of k
    /// @param x `float[depth][xPitch]`, from `xOffset`
    /// @param init `float[size][initPitch]`, from `initOffset`; may be `out`
    /// @param out `float[size][outPitch]`, from `outOffset`
    public static void run(int size, MemorySegment w, long wOffset, long wPitch, int depth, float[] x,
            int xOffset, int xPitch, float[] init, int initOffset, int initPitch, float[] out, int outOffset,
            int outPitch) {
        switch (size) {
            case 12 -> tile12(w, wOffset, wPitch, depth, x, xOffset, xPitch, init, initOffset, initPitch, out,
                    outOffset, outPitch);
            case 8 -> tile8(w, wOffset, wPitch, depth, x, xOffset, xPitch, init, initOffset, initPitch, out, outOffset,
                    outPitch);
            case 4 -> tile4(w, wOffset, wPitch, depth, x, xOffset, xPitch, init, initOffset, initPitch, out,
                    outOffset, outPitch);
            case 2 -> tile2(w, wOffset, wPitch, depth, x, xOffset, xPitch, init, initOffset, initPitch, out,
                    outOffset, outPitch);
            default -> tile1(w, wOffset, wPitch, depth, x, xOffset, xPitch, init, initOffset, initPitch, out,
                    outOffset, outPitch);
        }
    }

    private static void tile12(MemorySegment w, long wOffset, long wPitch, int depth, float[] x, int xOffset,
            int xPitch, float[] init, int initOffset, int initPitch, float[] out, int outOffset, int outPitch) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, init, initOffset);
        FloatVector b0 = FloatVector.fromArray(FLOATS, init, initOffset + LANES);
        FloatVector a1 = FloatVector.fromArray(FLOATS, init, initOffset + initPitch);
        FloatVector b1 = FloatVector.fromArray(FLOATS, init, initOffset + initPitch + LANES);
        FloatVector a2 = FloatVector.fromArray(FLOATS, init, initOffset + 2 * initPitch);
        FloatVector b2 = FloatVector.fromArray(FLOATS, init, initOffset + 2 * initPitch + LANES);
        FloatVector a3 = FloatVector.fromArray(FLOATS, init, initOffset + 3 * initPitch);
        FloatVector b3 = FloatVector.fromArray(FLOATS, init, initOffset + 3 * initPitch + LANES);
        FloatVector a4 = FloatVector.fromArray(FLOATS, init, initOffset + 4 * initPitch);
        FloatVector b4 = FloatVector.fromArray(FLOATS, init, initOffset + 4 * initPitch + LANES);
        FloatVector a5 = FloatVector.fromArray(FLOATS, init, initOffset + 5 * initPitch);
        FloatVector b5 = FloatVector.fromArray(FLOATS, init, initOffset + 5 * initPitch + LANES);
        FloatVector a6 = FloatVector.fromArray(FLOATS, init, initOffset + 6 * initPitch);
        FloatVector b6 = FloatVector.fromArray(FLOATS, init, initOffset + 6 * initPitch + LANES);
        FloatVector a7 = FloatVector.fromArray(FLOATS, init, initOffset + 7 * initPitch);
        FloatVector b7 = FloatVector.fromArray(FLOATS, init, initOffset + 7 * initPitch + LANES);
        FloatVector a8 = FloatVector.fromArray(FLOATS, init, initOffset + 8 * initPitch);
        FloatVector b8 = FloatVector.fromArray(FLOATS, init, initOffset + 8 * initPitch + LANES);
        FloatVector a9 = FloatVector.fromArray(FLOATS, init, initOffset + 9 * initPitch);
        FloatVector b9 = FloatVector.fromArray(FLOATS, init, initOffset + 9 * initPitch + LANES);
        FloatVector a10 = FloatVector.fromArray(FLOATS, init, initOffset + 10 * initPitch);
        FloatVector b10 = FloatVector.fromArray(FLOATS, init, initOffset + 10 * initPitch + LANES);
        FloatVector a11 = FloatVector.fromArray(FLOATS, init, initOffset + 11 * initPitch);
        FloatVector b11 = FloatVector.fromArray(FLOATS, init, initOffset + 11 * initPitch + LANES);
        for (int k = 0, i = xOffset; k < depth; k++, i += xPitch) {
            FloatVector p = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch, ORDER);
            FloatVector q = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch + VECTOR_BYTES, ORDER);
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
            FloatVector x4 = FloatVector.broadcast(FLOATS, x[i + 4]);
            a4 = p.fma(x4, a4);
            b4 = q.fma(x4, b4);
            FloatVector x5 = FloatVector.broadcast(FLOATS, x[i + 5]);
            a5 = p.fma(x5, a5);
            b5 = q.fma(x5, b5);
            FloatVector x6 = FloatVector.broadcast(FLOATS, x[i + 6]);
            a6 = p.fma(x6, a6);
            b6 = q.fma(x6, b6);
            FloatVector x7 = FloatVector.broadcast(FLOATS, x[i + 7]);
            a7 = p.fma(x7, a7);
            b7 = q.fma(x7, b7);
            FloatVector x8 = FloatVector.broadcast(FLOATS, x[i + 8]);
            a8 = p.fma(x8, a8);
            b8 = q.fma(x8, b8);
            FloatVector x9 = FloatVector.broadcast(FLOATS, x[i + 9]);
            a9 = p.fma(x9, a9);
            b9 = q.fma(x9, b9);
            FloatVector x10 = FloatVector.broadcast(FLOATS, x[i + 10]);
            a10 = p.fma(x10, a10);
            b10 = q.fma(x10, b10);
            FloatVector x11 = FloatVector.broadcast(FLOATS, x[i + 11]);
            a11 = p.fma(x11, a11);
            b11 = q.fma(x11, b11);
        }
        a0.intoArray(out, outOffset);
        b0.intoArray(out, outOffset + LANES);
        a1.intoArray(out, outOffset + outPitch);
        b1.intoArray(out, outOffset + outPitch + LANES);
        a2.intoArray(out, outOffset + 2 * outPitch);
        b2.intoArray(out, outOffset + 2 * outPitch + LANES);
        a3.intoArray(out, outOffset + 3 * outPitch);
        b3.intoArray(out, outOffset + 3 * outPitch + LANES);
        a4.intoArray(out, outOffset + 4 * outPitch);
        b4.intoArray(out, outOffset + 4 * outPitch + LANES);
        a5.intoArray(out, outOffset + 5 * outPitch);
        b5.intoArray(out, outOffset + 5 * outPitch + LANES);
        a6.intoArray(out, outOffset + 6 * outPitch);
        b6.intoArray(out, outOffset + 6 * outPitch + LANES);
        a7.intoArray(out, outOffset + 7 * outPitch);
        b7.intoArray(out, outOffset + 7 * outPitch + LANES);
        a8.intoArray(out, outOffset + 8 * outPitch);
        b8.intoArray(out, outOffset + 8 * outPitch + LANES);
        a9.intoArray(out, outOffset + 9 * outPitch);
        b9.intoArray(out, outOffset + 9 * outPitch + LANES);
        a10.intoArray(out, outOffset + 10 * outPitch);
        b10.intoArray(out, outOffset + 10 * outPitch + LANES);
        a11.intoArray(out, outOffset + 11 * outPitch);
        b11.intoArray(out, outOffset + 11 * outPitch + LANES);
    }

    private static void tile8(MemorySegment w, long wOffset, long wPitch, int depth, float[] x, int xOffset,
            int xPitch, float[] init, int initOffset, int initPitch, float[] out, int outOffset, int outPitch) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, init, initOffset);
        FloatVector b0 = FloatVector.fromArray(FLOATS, init, initOffset + LANES);
        FloatVector a1 = FloatVector.fromArray(FLOATS, init, initOffset + initPitch);
        FloatVector b1 = FloatVector.fromArray(FLOATS, init, initOffset + initPitch + LANES);
        FloatVector a2 = FloatVector.fromArray(FLOATS, init, initOffset + 2 * initPitch);
        FloatVector b2 = FloatVector.fromArray(FLOATS, init, initOffset + 2 * initPitch + LANES);
        FloatVector a3 = FloatVector.fromArray(FLOATS, init, initOffset + 3 * initPitch);
        FloatVector b3 = FloatVector.fromArray(FLOATS, init, initOffset + 3 * initPitch + LANES);
        FloatVector a4 = FloatVector.fromArray(FLOATS, init, initOffset + 4 * initPitch);
        FloatVector b4 = FloatVector.fromArray(FLOATS, init, initOffset + 4 * initPitch + LANES);
        FloatVector a5 = FloatVector.fromArray(FLOATS, init, initOffset + 5 * initPitch);
        FloatVector b5 = FloatVector.fromArray(FLOATS, init, initOffset + 5 * initPitch + LANES);
        FloatVector a6 = FloatVector.fromArray(FLOATS, init, initOffset + 6 * initPitch);
        FloatVector b6 = FloatVector.fromArray(FLOATS, init, initOffset + 6 * initPitch + LANES);
        FloatVector a7 = FloatVector.fromArray(FLOATS, init, initOffset + 7 * initPitch);
        FloatVector b7 = FloatVector.fromArray(FLOATS, init, initOffset + 7 * initPitch + LANES);
        for (int k = 0, i = xOffset; k < depth; k++, i += xPitch) {
            FloatVector p = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch, ORDER);
            FloatVector q = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch + VECTOR_BYTES, ORDER);
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
            FloatVector x4 = FloatVector.broadcast(FLOATS, x[i + 4]);
            a4 = p.fma(x4, a4);
            b4 = q.fma(x4, b4);
            FloatVector x5 = FloatVector.broadcast(FLOATS, x[i + 5]);
            a5 = p.fma(x5, a5);
            b5 = q.fma(x5, b5);
            FloatVector x6 = FloatVector.broadcast(FLOATS, x[i + 6]);
            a6 = p.fma(x6, a6);
            b6 = q.fma(x6, b6);
            FloatVector x7 = FloatVector.broadcast(FLOATS, x[i + 7]);
            a7 = p.fma(x7, a7);
            b7 = q.fma(x7, b7);
        }
        a0.intoArray(out, outOffset);
        b0.intoArray(out, outOffset + LANES);
        a1.intoArray(out, outOffset + outPitch);
        b1.intoArray(out, outOffset + outPitch + LANES);
        a2.intoArray(out, outOffset + 2 * outPitch);
        b2.intoArray(out, outOffset + 2 * outPitch + LANES);
        a3.intoArray(out, outOffset + 3 * outPitch);
        b3.intoArray(out, outOffset + 3 * outPitch + LANES);
        a4.intoArray(out, outOffset + 4 * outPitch);
        b4.intoArray(out, outOffset + 4 * outPitch + LANES);
        a5.intoArray(out, outOffset + 5 * outPitch);
        b5.intoArray(out, outOffset + 5 * outPitch + LANES);
        a6.intoArray(out, outOffset + 6 * outPitch);
        b6.intoArray(out, outOffset + 6 * outPitch + LANES);
        a7.intoArray(out, outOffset + 7 * outPitch);
        b7.intoArray(out, outOffset + 7 * outPitch + LANES);
    }

    private static void tile4(MemorySegment w, long wOffset, long wPitch, int depth, float[] x, int xOffset,
            int xPitch, float[] init, int initOffset, int initPitch, float[] out, int outOffset, int outPitch) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, init, initOffset);
        FloatVector b0 = FloatVector.fromArray(FLOATS, init, initOffset + LANES);
        FloatVector a1 = FloatVector.fromArray(FLOATS, init, initOffset + initPitch);
        FloatVector b1 = FloatVector.fromArray(FLOATS, init, initOffset + initPitch + LANES);
        FloatVector a2 = FloatVector.fromArray(FLOATS, init, initOffset + 2 * initPitch);
        FloatVector b2 = FloatVector.fromArray(FLOATS, init, initOffset + 2 * initPitch + LANES);
        FloatVector a3 = FloatVector.fromArray(FLOATS, init, initOffset + 3 * initPitch);
        FloatVector b3 = FloatVector.fromArray(FLOATS, init, initOffset + 3 * initPitch + LANES);
        for (int k = 0, i = xOffset; k < depth; k++, i += xPitch) {
            FloatVector p = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch, ORDER);
            FloatVector q = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch + VECTOR_BYTES, ORDER);
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

    private static void tile2(MemorySegment w, long wOffset, long wPitch, int depth, float[] x, int xOffset,
            int xPitch, float[] init, int initOffset, int initPitch, float[] out, int outOffset, int outPitch) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, init, initOffset);
        FloatVector b0 = FloatVector.fromArray(FLOATS, init, initOffset + LANES);
        FloatVector a1 = FloatVector.fromArray(FLOATS, init, initOffset + initPitch);
        FloatVector b1 = FloatVector.fromArray(FLOATS, init, initOffset + initPitch + LANES);
        for (int k = 0, i = xOffset; k < depth; k++, i += xPitch) {
            FloatVector p = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch, ORDER);
            FloatVector q = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch + VECTOR_BYTES, ORDER);
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

    private static void tile1(MemorySegment w, long wOffset, long wPitch, int depth, float[] x, int xOffset,
            int xPitch, float[] init, int initOffset, int initPitch, float[] out, int outOffset, int outPitch) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, init, initOffset);
        FloatVector b0 = FloatVector.fromArray(FLOATS, init, initOffset + LANES);
        for (int k = 0, i = xOffset; k < depth; k++, i += xPitch) {
            FloatVector p = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch, ORDER);
            FloatVector q = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch + VECTOR_BYTES, ORDER);
            FloatVector x0 = FloatVector.broadcast(FLOATS, x[i]);
            a0 = p.fma(x0, a0);
            b0 = q.fma(x0, b0);
        }
        a0.intoArray(out, outOffset);
        b0.intoArray(out, outOffset + LANES);
    }
}
