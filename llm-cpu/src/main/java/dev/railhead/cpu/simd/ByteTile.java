package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.FLOAT_BYTES;
import static dev.railhead.cpu.simd.Width.LANES;
import static dev.railhead.cpu.simd.Width.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// [GroupTile] for few rows of activations, reading codes as signed bytes: when each is used for one or two tiles only, widening
/// it there costs less than writing floats to memory and reading them again. Outputs stay in memory between groups.
public final class ByteTile {
    /// Weight rows of a tile: two vectors.
    public static final int ROWS = GroupTile.ROWS;

    /// Where the bytes of the second vector are: with 128 bits in the second half of those loaded for the first.
    private static final int SECOND_BYTES = FLOAT_BYTES.length() == LANES ? LANES : 0;

    private static final int SECOND_PART = FLOAT_BYTES.length() == LANES ? 0 : 1;

    private ByteTile() {}

    /// The size of the next tile when so many activation rows are left: 8, 4 or, for the loop of a single row, 1.
    public static int size(int left) {
        return left >= 8 && Width.TILE_ROWS >= 8 ? 8 : left >= 4 ? 4 : 1;
    }

    /// Runs a tile of `size` activation rows.
    ///
    /// @param size 8 or 4
    /// @param w `byte[depth][wPitch]`, from `wOffset`
    /// @param wPitch bytes from one k to the next
    /// @param depth number of k, a multiple of `groupSize`
    /// @param groupSize number of k of a group
    /// @param x `float[depth][size]`, from `xOffset`
    /// @param scales `float[groups][scalesPitch]`, from `scalesAt`
    /// @param mins as `scales`; not read without minimums
    /// @param d scales of the activations; `float[blocks][size]`, from `dAt`
    /// @param blockShift groups that share a scale of the activations: 0 for one, 1 for two
    /// @param negated −(d · sum of the activations); `float[groups][size]`, from `negatedAt`
    /// @param acc `float[size][accPitch]`, from `accAt`
    public static void run(int size, MemorySegment w, long wOffset, long wPitch, int depth, int groupSize, float[] x,
            int xOffset,
            float[] scales, float[] mins, boolean hasMins, int scalesAt, int scalesPitch, float[] d, int dAt,
            int blockShift,
            float[] negated, int negatedAt, float[] acc, int accAt, int accPitch) {
        if (size == 8 && !hasMins) {
            tile8(w, wOffset, wPitch, depth, groupSize, x, xOffset, scales, scalesAt, scalesPitch, d, dAt, blockShift,
                    acc,
                    accAt, accPitch);
            return;
        }
        for (int t = 0; t < size; t += 4) {
            tile4(w, wOffset, wPitch, depth, groupSize, x, xOffset + t, size, scales, mins, hasMins, scalesAt,
                    scalesPitch,
                    d, dAt + t, blockShift, negated, negatedAt + t, acc, accAt + t * accPitch, accPitch);
        }
    }

    /// For types without minimums only: with them the method becomes so big that the compiler leaves calls out, and vectors are
    /// objects.
    private static void tile8(MemorySegment w, long wOffset, long wPitch, int depth, int groupSize, float[] x,
            int xOffset, float[] scales, int scalesAt, int scalesPitch, float[] d, int dAt, int blockShift, float[] acc,
            int accAt, int accPitch) {
        FloatVector p0 = FloatVector.zero(FLOATS);
        FloatVector q0 = FloatVector.zero(FLOATS);
        FloatVector p1 = FloatVector.zero(FLOATS);
        FloatVector q1 = FloatVector.zero(FLOATS);
        FloatVector p2 = FloatVector.zero(FLOATS);
        FloatVector q2 = FloatVector.zero(FLOATS);
        FloatVector p3 = FloatVector.zero(FLOATS);
        FloatVector q3 = FloatVector.zero(FLOATS);
        FloatVector p4 = FloatVector.zero(FLOATS);
        FloatVector q4 = FloatVector.zero(FLOATS);
        FloatVector p5 = FloatVector.zero(FLOATS);
        FloatVector q5 = FloatVector.zero(FLOATS);
        FloatVector p6 = FloatVector.zero(FLOATS);
        FloatVector q6 = FloatVector.zero(FLOATS);
        FloatVector p7 = FloatVector.zero(FLOATS);
        FloatVector q7 = FloatVector.zero(FLOATS);
        int left = groupSize;
        int group = 0;
        for (int k = 0, i = xOffset; k < depth; k++, i += 8) {
            FloatVector u = (FloatVector) ByteVector.fromMemorySegment(FLOAT_BYTES, w, wOffset + k * wPitch, ORDER)
                    .convertShape(VectorOperators.B2F, FLOATS, 0);
            FloatVector v = (FloatVector) ByteVector
                    .fromMemorySegment(FLOAT_BYTES, w, wOffset + k * wPitch + SECOND_BYTES, ORDER)
                    .convertShape(VectorOperators.B2F, FLOATS, SECOND_PART);
            FloatVector x0 = FloatVector.broadcast(FLOATS, x[i]);
            p0 = u.fma(x0, p0);
            q0 = v.fma(x0, q0);
            FloatVector x1 = FloatVector.broadcast(FLOATS, x[i + 1]);
            p1 = u.fma(x1, p1);
            q1 = v.fma(x1, q1);
            FloatVector x2 = FloatVector.broadcast(FLOATS, x[i + 2]);
            p2 = u.fma(x2, p2);
            q2 = v.fma(x2, q2);
            FloatVector x3 = FloatVector.broadcast(FLOATS, x[i + 3]);
            p3 = u.fma(x3, p3);
            q3 = v.fma(x3, q3);
            FloatVector x4 = FloatVector.broadcast(FLOATS, x[i + 4]);
            p4 = u.fma(x4, p4);
            q4 = v.fma(x4, q4);
            FloatVector x5 = FloatVector.broadcast(FLOATS, x[i + 5]);
            p5 = u.fma(x5, p5);
            q5 = v.fma(x5, q5);
            FloatVector x6 = FloatVector.broadcast(FLOATS, x[i + 6]);
            p6 = u.fma(x6, p6);
            q6 = v.fma(x6, q6);
            FloatVector x7 = FloatVector.broadcast(FLOATS, x[i + 7]);
            p7 = u.fma(x7, p7);
            q7 = v.fma(x7, q7);
            if (--left == 0) {
                int s = scalesAt + group * scalesPitch;
                int e = dAt + (group >> blockShift) * 8;
                FloatVector s0 = FloatVector.fromArray(FLOATS, scales, s);
                FloatVector s1 = FloatVector.fromArray(FLOATS, scales, s + LANES);
                FloatVector d0 = FloatVector.broadcast(FLOATS, d[e]);
                s0.mul(d0).fma(p0, FloatVector.fromArray(FLOATS, acc, accAt)).intoArray(acc, accAt);
                s1.mul(d0).fma(q0, FloatVector.fromArray(FLOATS, acc, accAt + LANES)).intoArray(acc, accAt + LANES);
                FloatVector d1 = FloatVector.broadcast(FLOATS, d[e + 1]);
                s0.mul(d1).fma(p1, FloatVector.fromArray(FLOATS, acc, accAt + accPitch)).intoArray(acc,
                        accAt + accPitch);
                s1.mul(d1).fma(q1, FloatVector.fromArray(FLOATS, acc, accAt + accPitch + LANES)).intoArray(acc,
                        accAt + accPitch + LANES);
                FloatVector d2 = FloatVector.broadcast(FLOATS, d[e + 2]);
                s0.mul(d2).fma(p2, FloatVector.fromArray(FLOATS, acc, accAt + 2 * accPitch)).intoArray(acc,
                        accAt + 2 * accPitch);
                s1.mul(d2).fma(q2, FloatVector.fromArray(FLOATS, acc, accAt + 2 * accPitch + LANES)).intoArray(acc,
                        accAt + 2 * accPitch + LANES);
                FloatVector d3 = FloatVector.broadcast(FLOATS, d[e + 3]);
                s0.mul(d3).fma(p3, FloatVector.fromArray(FLOATS, acc, accAt + 3 * accPitch)).intoArray(acc,
                        accAt + 3 * accPitch);
                s1.mul(d3).fma(q3, FloatVector.fromArray(FLOATS, acc, accAt + 3 * accPitch + LANES)).intoArray(acc,
                        accAt + 3 * accPitch + LANES);
                FloatVector d4 = FloatVector.broadcast(FLOATS, d[e + 4]);
                s0.mul(d4).fma(p4, FloatVector.fromArray(FLOATS, acc, accAt + 4 * accPitch)).intoArray(acc,
                        accAt + 4 * accPitch);
                s1.mul(d4).fma(q4, FloatVector.fromArray(FLOATS, acc, accAt + 4 * accPitch + LANES)).intoArray(acc,
                        accAt + 4 * accPitch + LANES);
                FloatVector d5 = FloatVector.broadcast(FLOATS, d[e + 5]);
                s0.mul(d5).fma(p5, FloatVector.fromArray(FLOATS, acc, accAt + 5 * accPitch)).intoArray(acc,
                        accAt + 5 * accPitch);
                s1.mul(d5).fma(q5, FloatVector.fromArray(FLOATS, acc, accAt + 5 * accPitch + LANES)).intoArray(acc,
                        accAt + 5 * accPitch + LANES);
                FloatVector d6 = FloatVector.broadcast(FLOATS, d[e + 6]);
                s0.mul(d6).fma(p6, FloatVector.fromArray(FLOATS, acc, accAt + 6 * accPitch)).intoArray(acc,
                        accAt + 6 * accPitch);
                s1.mul(d6).fma(q6, FloatVector.fromArray(FLOATS, acc, accAt + 6 * accPitch + LANES)).intoArray(acc,
                        accAt + 6 * accPitch + LANES);
                FloatVector d7 = FloatVector.broadcast(FLOATS, d[e + 7]);
                s0.mul(d7).fma(p7, FloatVector.fromArray(FLOATS, acc, accAt + 7 * accPitch)).intoArray(acc,
                        accAt + 7 * accPitch);
                s1.mul(d7).fma(q7, FloatVector.fromArray(FLOATS, acc, accAt + 7 * accPitch + LANES)).intoArray(acc,
                        accAt + 7 * accPitch + LANES);
                p0 = FloatVector.zero(FLOATS);
                q0 = FloatVector.zero(FLOATS);
                p1 = FloatVector.zero(FLOATS);
                q1 = FloatVector.zero(FLOATS);
                p2 = FloatVector.zero(FLOATS);
                q2 = FloatVector.zero(FLOATS);
                p3 = FloatVector.zero(FLOATS);
                q3 = FloatVector.zero(FLOATS);
                p4 = FloatVector.zero(FLOATS);
                q4 = FloatVector.zero(FLOATS);
                p5 = FloatVector.zero(FLOATS);
                q5 = FloatVector.zero(FLOATS);
                p6 = FloatVector.zero(FLOATS);
                q6 = FloatVector.zero(FLOATS);
                p7 = FloatVector.zero(FLOATS);
                q7 = FloatVector.zero(FLOATS);
                left = groupSize;
                group++;
            }
        }
    }

    private static void tile4(MemorySegment w, long wOffset, long wPitch, int depth, int groupSize, float[] x,
            int xOffset,
            int pitch, float[] scales, float[] mins, boolean hasMins, int scalesAt, int scalesPitch, float[] d, int dAt,
            int blockShift,
            float[] negated, int negatedAt, float[] acc, int accAt, int accPitch) {
        FloatVector p0 = FloatVector.zero(FLOATS);
        FloatVector q0 = FloatVector.zero(FLOATS);
        FloatVector p1 = FloatVector.zero(FLOATS);
        FloatVector q1 = FloatVector.zero(FLOATS);
        FloatVector p2 = FloatVector.zero(FLOATS);
        FloatVector q2 = FloatVector.zero(FLOATS);
        FloatVector p3 = FloatVector.zero(FLOATS);
        FloatVector q3 = FloatVector.zero(FLOATS);
        int left = groupSize;
        int group = 0;
        for (int k = 0, i = xOffset; k < depth; k++, i += pitch) {
            FloatVector u = (FloatVector) ByteVector.fromMemorySegment(FLOAT_BYTES, w, wOffset + k * wPitch, ORDER)
                    .convertShape(VectorOperators.B2F, FLOATS, 0);
            FloatVector v = (FloatVector) ByteVector
                    .fromMemorySegment(FLOAT_BYTES, w, wOffset + k * wPitch + SECOND_BYTES, ORDER)
                    .convertShape(VectorOperators.B2F, FLOATS, SECOND_PART);
            FloatVector x0 = FloatVector.broadcast(FLOATS, x[i]);
            p0 = u.fma(x0, p0);
            q0 = v.fma(x0, q0);
            FloatVector x1 = FloatVector.broadcast(FLOATS, x[i + 1]);
            p1 = u.fma(x1, p1);
            q1 = v.fma(x1, q1);
            FloatVector x2 = FloatVector.broadcast(FLOATS, x[i + 2]);
            p2 = u.fma(x2, p2);
            q2 = v.fma(x2, q2);
            FloatVector x3 = FloatVector.broadcast(FLOATS, x[i + 3]);
            p3 = u.fma(x3, p3);
            q3 = v.fma(x3, q3);
            if (--left == 0) {
                int s = scalesAt + group * scalesPitch;
                int e = dAt + (group >> blockShift) * pitch;
                FloatVector s0 = FloatVector.fromArray(FLOATS, scales, s);
                FloatVector s1 = FloatVector.fromArray(FLOATS, scales, s + LANES);
                FloatVector d0 = FloatVector.broadcast(FLOATS, d[e]);
                s0.mul(d0).fma(p0, FloatVector.fromArray(FLOATS, acc, accAt)).intoArray(acc, accAt);
                s1.mul(d0).fma(q0, FloatVector.fromArray(FLOATS, acc, accAt + LANES)).intoArray(acc, accAt + LANES);
                FloatVector d1 = FloatVector.broadcast(FLOATS, d[e + 1]);
                s0.mul(d1).fma(p1, FloatVector.fromArray(FLOATS, acc, accAt + accPitch)).intoArray(acc,
                        accAt + accPitch);
                s1.mul(d1).fma(q1, FloatVector.fromArray(FLOATS, acc, accAt + accPitch + LANES)).intoArray(acc,
                        accAt + accPitch + LANES);
                FloatVector d2 = FloatVector.broadcast(FLOATS, d[e + 2]);
                s0.mul(d2).fma(p2, FloatVector.fromArray(FLOATS, acc, accAt + 2 * accPitch)).intoArray(acc,
                        accAt + 2 * accPitch);
                s1.mul(d2).fma(q2, FloatVector.fromArray(FLOATS, acc, accAt + 2 * accPitch + LANES)).intoArray(acc,
                        accAt + 2 * accPitch + LANES);
                FloatVector d3 = FloatVector.broadcast(FLOATS, d[e + 3]);
                s0.mul(d3).fma(p3, FloatVector.fromArray(FLOATS, acc, accAt + 3 * accPitch)).intoArray(acc,
                        accAt + 3 * accPitch);
                s1.mul(d3).fma(q3, FloatVector.fromArray(FLOATS, acc, accAt + 3 * accPitch + LANES)).intoArray(acc,
                        accAt + 3 * accPitch + LANES);
                if (hasMins) {
                    int n = negatedAt + group * pitch;
                    FloatVector m0 = FloatVector.fromArray(FLOATS, mins, s);
                    FloatVector m1 = FloatVector.fromArray(FLOATS, mins, s + LANES);
                    FloatVector n0 = FloatVector.broadcast(FLOATS, negated[n]);
                    m0.fma(n0, FloatVector.fromArray(FLOATS, acc, accAt)).intoArray(acc, accAt);
                    m1.fma(n0, FloatVector.fromArray(FLOATS, acc, accAt + LANES)).intoArray(acc, accAt + LANES);
                    FloatVector n1 = FloatVector.broadcast(FLOATS, negated[n + 1]);
                    m0.fma(n1, FloatVector.fromArray(FLOATS, acc, accAt + accPitch)).intoArray(acc, accAt + accPitch);
                    m1.fma(n1, FloatVector.fromArray(FLOATS, acc, accAt + accPitch + LANES)).intoArray(acc,
                            accAt + accPitch + LANES);
                    FloatVector n2 = FloatVector.broadcast(FLOATS, negated[n + 2]);
                    m0.fma(n2, FloatVector.fromArray(FLOATS, acc, accAt + 2 * accPitch)).intoArray(acc,
                            accAt + 2 * accPitch);
                    m1.fma(n2, FloatVector.fromArray(FLOATS, acc, accAt + 2 * accPitch + LANES)).intoArray(acc,
                            accAt + 2 * accPitch + LANES);
                    FloatVector n3 = FloatVector.broadcast(FLOATS, negated[n + 3]);
                    m0.fma(n3, FloatVector.fromArray(FLOATS, acc, accAt + 3 * accPitch)).intoArray(acc,
                            accAt + 3 * accPitch);
                    m1.fma(n3, FloatVector.fromArray(FLOATS, acc, accAt + 3 * accPitch + LANES)).intoArray(acc,
                            accAt + 3 * accPitch + LANES);
                }
                p0 = FloatVector.zero(FLOATS);
                q0 = FloatVector.zero(FLOATS);
                p1 = FloatVector.zero(FLOATS);
                q1 = FloatVector.zero(FLOATS);
                p2 = FloatVector.zero(FLOATS);
                q2 = FloatVector.zero(FLOATS);
                p3 = FloatVector.zero(FLOATS);
                q3 = FloatVector.zero(FLOATS);
                left = groupSize;
                group++;
            }
        }
    }
}
