package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;
import static dev.railhead.cpu.simd.Width.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// The f32 microkernel for codes that were unpacked to floats: exact sums of groups in registers, and the outputs they are
/// scaled into too if there are enough.
///
/// ```
/// for each group g: sum[t][r] = Σ w[k][r] · x[k][t] over the group
///                   acc[t][r] = fma(scale[g][r] · d[g][t], sum[t][r], acc[t][r])
///                   acc[t][r] = fma(min[g][r], negated[g][t], acc[t][r])          with minimums
/// ```
///
/// for r in the [#ROWS] weight rows of two vectors and t in a few activation rows: half as many as in [FloatTile], because there
/// are as many sums as outputs. Written out for the same reasons.
public final class GroupTile {
    /// Weight rows of a tile: two vectors.
    public static final int ROWS = 2 * LANES;

    private static final long VECTOR_BYTES = LANES * Float.BYTES;

    private GroupTile() {}

    /// Runs a tile of `size` activation rows, a few at a time.
    ///
    /// @param size activation rows
    /// @param w `float[depth][wPitch / 4]`, from the byte `wOffset`
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
            int xOffset, float[] scales, float[] mins, boolean hasMins, int scalesAt, int scalesPitch, float[] d,
            int dAt, int blockShift, float[] negated, int negatedAt, float[] acc, int accAt, int accPitch) {
        int pitch = size;
        int t = 0;
        if (Width.TILE_ROWS >= 6) {
            for (; t <= size - 6; t += 6) {
                tile6(w, wOffset, wPitch, depth, groupSize, x, xOffset + t, pitch, scales, mins, hasMins, scalesAt,
                        scalesPitch, d, dAt + t, blockShift, negated, negatedAt + t, acc, accAt + t * accPitch,
                        accPitch);
            }
        }
        for (; t <= size - 4; t += 4) {
            tile4(w, wOffset, wPitch, depth, groupSize, x, xOffset + t, pitch, scales, mins, hasMins, scalesAt,
                    scalesPitch, d, dAt + t, blockShift, negated, negatedAt + t, acc, accAt + t * accPitch, accPitch);
        }
        for (; t <= size - 2; t += 2) {
            tile2(w, wOffset, wPitch, depth, groupSize, x, xOffset + t, pitch, scales, mins, hasMins, scalesAt,
                    scalesPitch, d, dAt + t, blockShift, negated, negatedAt + t, acc, accAt + t * accPitch, accPitch);
        }
        if (t < size) {
            tile1(w, wOffset, wPitch, depth, groupSize, x, xOffset + t, pitch, scales, mins, hasMins, scalesAt,
                    scalesPitch, d, dAt + t, blockShift, negated, negatedAt + t, acc, accAt + t * accPitch, accPitch);
        }
    }

    private static void tile6(MemorySegment w, long wOffset, long wPitch, int depth, int groupSize, float[] x,
            int xOffset, int pitch, float[] scales, float[] mins, boolean hasMins, int scalesAt, int scalesPitch,
            float[] d, int dAt, int blockShift, float[] negated, int negatedAt, float[] acc, int accAt, int accPitch) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, acc, accAt);
        FloatVector b0 = FloatVector.fromArray(FLOATS, acc, accAt + LANES);
        FloatVector a1 = FloatVector.fromArray(FLOATS, acc, accAt + accPitch);
        FloatVector b1 = FloatVector.fromArray(FLOATS, acc, accAt + accPitch + LANES);
        FloatVector a2 = FloatVector.fromArray(FLOATS, acc, accAt + 2 * accPitch);
        FloatVector b2 = FloatVector.fromArray(FLOATS, acc, accAt + 2 * accPitch + LANES);
        FloatVector a3 = FloatVector.fromArray(FLOATS, acc, accAt + 3 * accPitch);
        FloatVector b3 = FloatVector.fromArray(FLOATS, acc, accAt + 3 * accPitch + LANES);
        FloatVector a4 = FloatVector.fromArray(FLOATS, acc, accAt + 4 * accPitch);
        FloatVector b4 = FloatVector.fromArray(FLOATS, acc, accAt + 4 * accPitch + LANES);
        FloatVector a5 = FloatVector.fromArray(FLOATS, acc, accAt + 5 * accPitch);
        FloatVector b5 = FloatVector.fromArray(FLOATS, acc, accAt + 5 * accPitch + LANES);
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
        int left = groupSize;
        int group = 0;
        for (int k = 0, i = xOffset; k < depth; k++, i += pitch) {
            FloatVector u = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch + VECTOR_BYTES, ORDER);
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
            if (--left == 0) {
                int s = scalesAt + group * scalesPitch;
                int e = dAt + (group >> blockShift) * pitch;
                FloatVector s0 = FloatVector.fromArray(FLOATS, scales, s);
                FloatVector s1 = FloatVector.fromArray(FLOATS, scales, s + LANES);
                FloatVector d0 = FloatVector.broadcast(FLOATS, d[e]);
                a0 = s0.mul(d0).fma(p0, a0);
                b0 = s1.mul(d0).fma(q0, b0);
                FloatVector d1 = FloatVector.broadcast(FLOATS, d[e + 1]);
                a1 = s0.mul(d1).fma(p1, a1);
                b1 = s1.mul(d1).fma(q1, b1);
                FloatVector d2 = FloatVector.broadcast(FLOATS, d[e + 2]);
                a2 = s0.mul(d2).fma(p2, a2);
                b2 = s1.mul(d2).fma(q2, b2);
                FloatVector d3 = FloatVector.broadcast(FLOATS, d[e + 3]);
                a3 = s0.mul(d3).fma(p3, a3);
                b3 = s1.mul(d3).fma(q3, b3);
                FloatVector d4 = FloatVector.broadcast(FLOATS, d[e + 4]);
                a4 = s0.mul(d4).fma(p4, a4);
                b4 = s1.mul(d4).fma(q4, b4);
                FloatVector d5 = FloatVector.broadcast(FLOATS, d[e + 5]);
                a5 = s0.mul(d5).fma(p5, a5);
                b5 = s1.mul(d5).fma(q5, b5);
                if (hasMins) {
                    int n = negatedAt + group * pitch;
                    FloatVector m0 = FloatVector.fromArray(FLOATS, mins, s);
                    FloatVector m1 = FloatVector.fromArray(FLOATS, mins, s + LANES);
                    FloatVector n0 = FloatVector.broadcast(FLOATS, negated[n]);
                    a0 = m0.fma(n0, a0);
                    b0 = m1.fma(n0, b0);
                    FloatVector n1 = FloatVector.broadcast(FLOATS, negated[n + 1]);
                    a1 = m0.fma(n1, a1);
                    b1 = m1.fma(n1, b1);
                    FloatVector n2 = FloatVector.broadcast(FLOATS, negated[n + 2]);
                    a2 = m0.fma(n2, a2);
                    b2 = m1.fma(n2, b2);
                    FloatVector n3 = FloatVector.broadcast(FLOATS, negated[n + 3]);
                    a3 = m0.fma(n3, a3);
                    b3 = m1.fma(n3, b3);
                    FloatVector n4 = FloatVector.broadcast(FLOATS, negated[n + 4]);
                    a4 = m0.fma(n4, a4);
                    b4 = m1.fma(n4, b4);
                    FloatVector n5 = FloatVector.broadcast(FLOATS, negated[n + 5]);
                    a5 = m0.fma(n5, a5);
                    b5 = m1.fma(n5, b5);
                }
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
                left = groupSize;
                group++;
            }
        }
        a0.intoArray(acc, accAt);
        b0.intoArray(acc, accAt + LANES);
        a1.intoArray(acc, accAt + accPitch);
        b1.intoArray(acc, accAt + accPitch + LANES);
        a2.intoArray(acc, accAt + 2 * accPitch);
        b2.intoArray(acc, accAt + 2 * accPitch + LANES);
        a3.intoArray(acc, accAt + 3 * accPitch);
        b3.intoArray(acc, accAt + 3 * accPitch + LANES);
        a4.intoArray(acc, accAt + 4 * accPitch);
        b4.intoArray(acc, accAt + 4 * accPitch + LANES);
        a5.intoArray(acc, accAt + 5 * accPitch);
        b5.intoArray(acc, accAt + 5 * accPitch + LANES);
    }

    /// Outputs stay in memory between groups: with them in registers 16 are too few.
    private static void tile4(MemorySegment w, long wOffset, long wPitch, int depth, int groupSize, float[] x,
            int xOffset, int pitch, float[] scales, float[] mins, boolean hasMins, int scalesAt, int scalesPitch,
            float[] d, int dAt, int blockShift, float[] negated, int negatedAt, float[] acc, int accAt, int accPitch) {
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
            FloatVector u = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch + VECTOR_BYTES, ORDER);
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

    private static void tile2(MemorySegment w, long wOffset, long wPitch, int depth, int groupSize, float[] x,
            int xOffset, int pitch, float[] scales, float[] mins, boolean hasMins, int scalesAt, int scalesPitch,
            float[] d, int dAt, int blockShift, float[] negated, int negatedAt, float[] acc, int accAt, int accPitch) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, acc, accAt);
        FloatVector b0 = FloatVector.fromArray(FLOATS, acc, accAt + LANES);
        FloatVector a1 = FloatVector.fromArray(FLOATS, acc, accAt + accPitch);
        FloatVector b1 = FloatVector.fromArray(FLOATS, acc, accAt + accPitch + LANES);
        FloatVector p0 = FloatVector.zero(FLOATS);
        FloatVector q0 = FloatVector.zero(FLOATS);
        FloatVector p1 = FloatVector.zero(FLOATS);
        FloatVector q1 = FloatVector.zero(FLOATS);
        int left = groupSize;
        int group = 0;
        for (int k = 0, i = xOffset; k < depth; k++, i += pitch) {
            FloatVector u = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch + VECTOR_BYTES, ORDER);
            FloatVector x0 = FloatVector.broadcast(FLOATS, x[i]);
            p0 = u.fma(x0, p0);
            q0 = v.fma(x0, q0);
            FloatVector x1 = FloatVector.broadcast(FLOATS, x[i + 1]);
            p1 = u.fma(x1, p1);
            q1 = v.fma(x1, q1);
            if (--left == 0) {
                int s = scalesAt + group * scalesPitch;
                int e = dAt + (group >> blockShift) * pitch;
                FloatVector s0 = FloatVector.fromArray(FLOATS, scales, s);
                FloatVector s1 = FloatVector.fromArray(FLOATS, scales, s + LANES);
                FloatVector d0 = FloatVector.broadcast(FLOATS, d[e]);
                a0 = s0.mul(d0).fma(p0, a0);
                b0 = s1.mul(d0).fma(q0, b0);
                FloatVector d1 = FloatVector.broadcast(FLOATS, d[e + 1]);
                a1 = s0.mul(d1).fma(p1, a1);
                b1 = s1.mul(d1).fma(q1, b1);
                if (hasMins) {
                    int n = negatedAt + group * pitch;
                    FloatVector m0 = FloatVector.fromArray(FLOATS, mins, s);
                    FloatVector m1 = FloatVector.fromArray(FLOATS, mins, s + LANES);
                    FloatVector n0 = FloatVector.broadcast(FLOATS, negated[n]);
                    a0 = m0.fma(n0, a0);
                    b0 = m1.fma(n0, b0);
                    FloatVector n1 = FloatVector.broadcast(FLOATS, negated[n + 1]);
                    a1 = m0.fma(n1, a1);
                    b1 = m1.fma(n1, b1);
                }
                p0 = FloatVector.zero(FLOATS);
                q0 = FloatVector.zero(FLOATS);
                p1 = FloatVector.zero(FLOATS);
                q1 = FloatVector.zero(FLOATS);
                left = groupSize;
                group++;
            }
        }
        a0.intoArray(acc, accAt);
        b0.intoArray(acc, accAt + LANES);
        a1.intoArray(acc, accAt + accPitch);
        b1.intoArray(acc, accAt + accPitch + LANES);
    }

    private static void tile1(MemorySegment w, long wOffset, long wPitch, int depth, int groupSize, float[] x,
            int xOffset, int pitch, float[] scales, float[] mins, boolean hasMins, int scalesAt, int scalesPitch,
            float[] d, int dAt, int blockShift, float[] negated, int negatedAt, float[] acc, int accAt, int accPitch) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, acc, accAt);
        FloatVector b0 = FloatVector.fromArray(FLOATS, acc, accAt + LANES);
        FloatVector p0 = FloatVector.zero(FLOATS);
        FloatVector q0 = FloatVector.zero(FLOATS);
        int left = groupSize;
        int group = 0;
        for (int k = 0, i = xOffset; k < depth; k++, i += pitch) {
            FloatVector u = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(FLOATS, w, wOffset + k * wPitch + VECTOR_BYTES, ORDER);
            FloatVector x0 = FloatVector.broadcast(FLOATS, x[i]);
            p0 = u.fma(x0, p0);
            q0 = v.fma(x0, q0);
            if (--left == 0) {
                int s = scalesAt + group * scalesPitch;
                int e = dAt + (group >> blockShift) * pitch;
                FloatVector s0 = FloatVector.fromArray(FLOATS, scales, s);
                FloatVector s1 = FloatVector.fromArray(FLOATS, scales, s + LANES);
                FloatVector d0 = FloatVector.broadcast(FLOATS, d[e]);
                a0 = s0.mul(d0).fma(p0, a0);
                b0 = s1.mul(d0).fma(q0, b0);
                if (hasMins) {
                    int n = negatedAt + group * pitch;
                    FloatVector m0 = FloatVector.fromArray(FLOATS, mins, s);
                    FloatVector m1 = FloatVector.fromArray(FLOATS, mins, s + LANES);
                    FloatVector n0 = FloatVector.broadcast(FLOATS, negated[n]);
                    a0 = m0.fma(n0, a0);
                    b0 = m1.fma(n0, b0);
                }
                p0 = FloatVector.zero(FLOATS);
                q0 = FloatVector.zero(FLOATS);
                left = groupSize;
                group++;
            }
        }
        a0.intoArray(acc, accAt);
        b0.intoArray(acc, accAt + LANES);
    }
}
