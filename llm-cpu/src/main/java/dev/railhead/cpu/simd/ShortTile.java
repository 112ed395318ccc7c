package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.INTS;
import static dev.railhead.cpu.simd.Width.ORDER;
import static dev.railhead.cpu.simd.Width.SHORTS;
import static dev.railhead.cpu.simd.Width.SHORT_LANES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/// The 16-bit integer microkernel: two vectors of small codes by a few rows of quantized activations, all sums in
/// registers. Twice the multiply-adds of [FloatTile] for each instruction.
///
/// ```
/// out[t][p][r] = Σ w[k][r] · x[k][t] for the k of part p
/// ```
///
/// for r in the [#ROWS] weight rows of two vectors and t in the tile's activation rows. Sums wrap at 16 bits, so the caller
/// chooses parts whose true sums fit. The methods are written out because vectors can't be kept in arrays: the compiler
/// would box them. They call the Vector API only, whose methods are always inlined: a helper of ours would be left out once
/// the method has become big (`NodeCountInliningCutoff`), and its vectors be objects.
public final class ShortTile {
    /// Weight rows of a tile: two vectors.
    public static final int ROWS = 2 * SHORT_LANES;

    private static final long VECTOR_BYTES = SHORT_LANES * Short.BYTES;

    private ShortTile() {}

    /// Runs a tile of `size` activation rows.
    ///
    /// @param size a result of [FloatTile#size]
    /// @param w `short[depth][wPitch / 2]`, from the byte `wOffset`
    /// @param wPitch bytes from one k to the next
    /// @param depth number of k, a multiple of `part`
    /// @param part number of k of a sum, a power of two
    /// @param x `int[depth][size]` from `xOffset`, the activation in both halves of each int
    /// @param out `short[size][outPitch]`, from `outOffset`; the sums of part p are [ShortGroupSums#ROWS] · p further
    public static void run(int size, MemorySegment w, long wOffset, long wPitch, int depth, int part, int[] x,
            int xOffset, short[] out, int outOffset, int outPitch) {
        switch (size) {
            case 12 -> tile12(w, wOffset, wPitch, depth, part, x, xOffset, out, outOffset, outPitch);
            case 8 -> tile8(w, wOffset, wPitch, depth, part, x, xOffset, out, outOffset, outPitch);
            case 4 -> tile4(w, wOffset, wPitch, depth, part, x, xOffset, out, outOffset, outPitch);
            case 2 -> tile2(w, wOffset, wPitch, depth, part, x, xOffset, out, outOffset, outPitch);
            default -> tile1(w, wOffset, wPitch, depth, part, x, xOffset, out, outOffset, outPitch);
        }
    }

    private static void tile12(MemorySegment w, long wOffset, long wPitch, int depth, int part, int[] x, int xOffset,
            short[] out, int outOffset, int outPitch) {
        ShortVector a0 = ShortVector.zero(SHORTS);
        ShortVector b0 = ShortVector.zero(SHORTS);
        ShortVector a1 = ShortVector.zero(SHORTS);
        ShortVector b1 = ShortVector.zero(SHORTS);
        ShortVector a2 = ShortVector.zero(SHORTS);
        ShortVector b2 = ShortVector.zero(SHORTS);
        ShortVector a3 = ShortVector.zero(SHORTS);
        ShortVector b3 = ShortVector.zero(SHORTS);
        ShortVector a4 = ShortVector.zero(SHORTS);
        ShortVector b4 = ShortVector.zero(SHORTS);
        ShortVector a5 = ShortVector.zero(SHORTS);
        ShortVector b5 = ShortVector.zero(SHORTS);
        ShortVector a6 = ShortVector.zero(SHORTS);
        ShortVector b6 = ShortVector.zero(SHORTS);
        ShortVector a7 = ShortVector.zero(SHORTS);
        ShortVector b7 = ShortVector.zero(SHORTS);
        ShortVector a8 = ShortVector.zero(SHORTS);
        ShortVector b8 = ShortVector.zero(SHORTS);
        ShortVector a9 = ShortVector.zero(SHORTS);
        ShortVector b9 = ShortVector.zero(SHORTS);
        ShortVector a10 = ShortVector.zero(SHORTS);
        ShortVector b10 = ShortVector.zero(SHORTS);
        ShortVector a11 = ShortVector.zero(SHORTS);
        ShortVector b11 = ShortVector.zero(SHORTS);
        int to = outOffset;
        for (int k = 0, i = xOffset; k < depth; k++, i += 12) {
            ShortVector p = ShortVector.fromMemorySegment(SHORTS, w, wOffset + k * wPitch, ORDER);
            ShortVector q = ShortVector.fromMemorySegment(SHORTS, w, wOffset + k * wPitch + VECTOR_BYTES, ORDER);
            ShortVector x0 = IntVector.broadcast(INTS, x[i]).reinterpretAsShorts();
            a0 = a0.add(p.mul(x0));
            b0 = b0.add(q.mul(x0));
            ShortVector x1 = IntVector.broadcast(INTS, x[i + 1]).reinterpretAsShorts();
            a1 = a1.add(p.mul(x1));
            b1 = b1.add(q.mul(x1));
            ShortVector x2 = IntVector.broadcast(INTS, x[i + 2]).reinterpretAsShorts();
            a2 = a2.add(p.mul(x2));
            b2 = b2.add(q.mul(x2));
            ShortVector x3 = IntVector.broadcast(INTS, x[i + 3]).reinterpretAsShorts();
            a3 = a3.add(p.mul(x3));
            b3 = b3.add(q.mul(x3));
            ShortVector x4 = IntVector.broadcast(INTS, x[i + 4]).reinterpretAsShorts();
            a4 = a4.add(p.mul(x4));
            b4 = b4.add(q.mul(x4));
            ShortVector x5 = IntVector.broadcast(INTS, x[i + 5]).reinterpretAsShorts();
            a5 = a5.add(p.mul(x5));
            b5 = b5.add(q.mul(x5));
            ShortVector x6 = IntVector.broadcast(INTS, x[i + 6]).reinterpretAsShorts();
            a6 = a6.add(p.mul(x6));
            b6 = b6.add(q.mul(x6));
            ShortVector x7 = IntVector.broadcast(INTS, x[i + 7]).reinterpretAsShorts();
            a7 = a7.add(p.mul(x7));
            b7 = b7.add(q.mul(x7));
            ShortVector x8 = IntVector.broadcast(INTS, x[i + 8]).reinterpretAsShorts();
            a8 = a8.add(p.mul(x8));
            b8 = b8.add(q.mul(x8));
            ShortVector x9 = IntVector.broadcast(INTS, x[i + 9]).reinterpretAsShorts();
            a9 = a9.add(p.mul(x9));
            b9 = b9.add(q.mul(x9));
            ShortVector x10 = IntVector.broadcast(INTS, x[i + 10]).reinterpretAsShorts();
            a10 = a10.add(p.mul(x10));
            b10 = b10.add(q.mul(x10));
            ShortVector x11 = IntVector.broadcast(INTS, x[i + 11]).reinterpretAsShorts();
            a11 = a11.add(p.mul(x11));
            b11 = b11.add(q.mul(x11));
            if ((k + 1 & part - 1) == 0) {
                a0.intoArray(out, to);
                b0.intoArray(out, to + SHORT_LANES);
                a1.intoArray(out, to + outPitch);
                b1.intoArray(out, to + outPitch + SHORT_LANES);
                a2.intoArray(out, to + 2 * outPitch);
                b2.intoArray(out, to + 2 * outPitch + SHORT_LANES);
                a3.intoArray(out, to + 3 * outPitch);
                b3.intoArray(out, to + 3 * outPitch + SHORT_LANES);
                a4.intoArray(out, to + 4 * outPitch);
                b4.intoArray(out, to + 4 * outPitch + SHORT_LANES);
                a5.intoArray(out, to + 5 * outPitch);
                b5.intoArray(out, to + 5 * outPitch + SHORT_LANES);
                a6.intoArray(out, to + 6 * outPitch);
                b6.intoArray(out, to + 6 * outPitch + SHORT_LANES);
                a7.intoArray(out, to + 7 * outPitch);
                b7.intoArray(out, to + 7 * outPitch + SHORT_LANES);
                a8.intoArray(out, to + 8 * outPitch);
                b8.intoArray(out, to + 8 * outPitch + SHORT_LANES);
                a9.intoArray(out, to + 9 * outPitch);
                b9.intoArray(out, to + 9 * outPitch + SHORT_LANES);
                a10.intoArray(out, to + 10 * outPitch);
                b10.intoArray(out, to + 10 * outPitch + SHORT_LANES);
                a11.intoArray(out, to + 11 * outPitch);
                b11.intoArray(out, to + 11 * outPitch + SHORT_LANES);
                to += ShortGroupSums.ROWS;
                a0 = ShortVector.zero(SHORTS);
                b0 = ShortVector.zero(SHORTS);
                a1 = ShortVector.zero(SHORTS);
                b1 = ShortVector.zero(SHORTS);
                a2 = ShortVector.zero(SHORTS);
                b2 = ShortVector.zero(SHORTS);
                a3 = ShortVector.zero(SHORTS);
                b3 = ShortVector.zero(SHORTS);
                a4 = ShortVector.zero(SHORTS);
                b4 = ShortVector.zero(SHORTS);
                a5 = ShortVector.zero(SHORTS);
                b5 = ShortVector.zero(SHORTS);
                a6 = ShortVector.zero(SHORTS);
                b6 = ShortVector.zero(SHORTS);
                a7 = ShortVector.zero(SHORTS);
                b7 = ShortVector.zero(SHORTS);
                a8 = ShortVector.zero(SHORTS);
                b8 = ShortVector.zero(SHORTS);
                a9 = ShortVector.zero(SHORTS);
                b9 = ShortVector.zero(SHORTS);
                a10 = ShortVector.zero(SHORTS);
                b10 = ShortVector.zero(SHORTS);
                a11 = ShortVector.zero(SHORTS);
                b11 = ShortVector.zero(SHORTS);
            }
        }
    }

    private static void tile8(MemorySegment w, long wOffset, long wPitch, int depth, int part, int[] x, int xOffset,
            short[] out, int outOffset, int outPitch) {
        ShortVector a0 = ShortVector.zero(SHORTS);
        ShortVector b0 = ShortVector.zero(SHORTS);
        ShortVector a1 = ShortVector.zero(SHORTS);
        ShortVector b1 = ShortVector.zero(SHORTS);
        ShortVector a2 = ShortVector.zero(SHORTS);
        ShortVector b2 = ShortVector.zero(SHORTS);
        ShortVector a3 = ShortVector.zero(SHORTS);
        ShortVector b3 = ShortVector.zero(SHORTS);
        ShortVector a4 = ShortVector.zero(SHORTS);
        ShortVector b4 = ShortVector.zero(SHORTS);
        ShortVector a5 = ShortVector.zero(SHORTS);
        ShortVector b5 = ShortVector.zero(SHORTS);
        ShortVector a6 = ShortVector.zero(SHORTS);
        ShortVector b6 = ShortVector.zero(SHORTS);
        ShortVector a7 = ShortVector.zero(SHORTS);
        ShortVector b7 = ShortVector.zero(SHORTS);
        int to = outOffset;
        for (int k = 0, i = xOffset; k < depth; k++, i += 8) {
            ShortVector p = ShortVector.fromMemorySegment(SHORTS, w, wOffset + k * wPitch, ORDER);
            ShortVector q = ShortVector.fromMemorySegment(SHORTS, w, wOffset + k * wPitch + VECTOR_BYTES, ORDER);
            ShortVector x0 = IntVector.broadcast(INTS, x[i]).reinterpretAsShorts();
            a0 = a0.add(p.mul(x0));
            b0 = b0.add(q.mul(x0));
            ShortVector x1 = IntVector.broadcast(INTS, x[i + 1]).reinterpretAsShorts();
            a1 = a1.add(p.mul(x1));
            b1 = b1.add(q.mul(x1));
            ShortVector x2 = IntVector.broadcast(INTS, x[i + 2]).reinterpretAsShorts();
            a2 = a2.add(p.mul(x2));
            b2 = b2.add(q.mul(x2));
            ShortVector x3 = IntVector.broadcast(INTS, x[i + 3]).reinterpretAsShorts();
            a3 = a3.add(p.mul(x3));
            b3 = b3.add(q.mul(x3));
            ShortVector x4 = IntVector.broadcast(INTS, x[i + 4]).reinterpretAsShorts();
            a4 = a4.add(p.mul(x4));
            b4 = b4.add(q.mul(x4));
            ShortVector x5 = IntVector.broadcast(INTS, x[i + 5]).reinterpretAsShorts();
            a5 = a5.add(p.mul(x5));
            b5 = b5.add(q.mul(x5));
            ShortVector x6 = IntVector.broadcast(INTS, x[i + 6]).reinterpretAsShorts();
            a6 = a6.add(p.mul(x6));
            b6 = b6.add(q.mul(x6));
            ShortVector x7 = IntVector.broadcast(INTS, x[i + 7]).reinterpretAsShorts();
            a7 = a7.add(p.mul(x7));
            b7 = b7.add(q.mul(x7));
            if ((k + 1 & part - 1) == 0) {
                a0.intoArray(out, to);
                b0.intoArray(out, to + SHORT_LANES);
                a1.intoArray(out, to + outPitch);
                b1.intoArray(out, to + outPitch + SHORT_LANES);
                a2.intoArray(out, to + 2 * outPitch);
                b2.intoArray(out, to + 2 * outPitch + SHORT_LANES);
                a3.intoArray(out, to + 3 * outPitch);
                b3.intoArray(out, to + 3 * outPitch + SHORT_LANES);
                a4.intoArray(out, to + 4 * outPitch);
                b4.intoArray(out, to + 4 * outPitch + SHORT_LANES);
                a5.intoArray(out, to + 5 * outPitch);
                b5.intoArray(out, to + 5 * outPitch + SHORT_LANES);
                a6.intoArray(out, to + 6 * outPitch);
                b6.intoArray(out, to + 6 * outPitch + SHORT_LANES);
                a7.intoArray(out, to + 7 * outPitch);
                b7.intoArray(out, to + 7 * outPitch + SHORT_LANES);
                to += ShortGroupSums.ROWS;
                a0 = ShortVector.zero(SHORTS);
                b0 = ShortVector.zero(SHORTS);
                a1 = ShortVector.zero(SHORTS);
                b1 = ShortVector.zero(SHORTS);
                a2 = ShortVector.zero(SHORTS);
                b2 = ShortVector.zero(SHORTS);
                a3 = ShortVector.zero(SHORTS);
                b3 = ShortVector.zero(SHORTS);
                a4 = ShortVector.zero(SHORTS);
                b4 = ShortVector.zero(SHORTS);
                a5 = ShortVector.zero(SHORTS);
                b5 = ShortVector.zero(SHORTS);
                a6 = ShortVector.zero(SHORTS);
                b6 = ShortVector.zero(SHORTS);
                a7 = ShortVector.zero(SHORTS);
                b7 = ShortVector.zero(SHORTS);
            }
        }
    }

    private static void tile4(MemorySegment w, long wOffset, long wPitch, int depth, int part, int[] x, int xOffset,
            short[] out, int outOffset, int outPitch) {
        ShortVector a0 = ShortVector.zero(SHORTS);
        ShortVector b0 = ShortVector.zero(SHORTS);
        ShortVector a1 = ShortVector.zero(SHORTS);
        ShortVector b1 = ShortVector.zero(SHORTS);
        ShortVector a2 = ShortVector.zero(SHORTS);
        ShortVector b2 = ShortVector.zero(SHORTS);
        ShortVector a3 = ShortVector.zero(SHORTS);
        ShortVector b3 = ShortVector.zero(SHORTS);
        int to = outOffset;
        for (int k = 0, i = xOffset; k < depth; k++, i += 4) {
            ShortVector p = ShortVector.fromMemorySegment(SHORTS, w, wOffset + k * wPitch, ORDER);
            ShortVector q = ShortVector.fromMemorySegment(SHORTS, w, wOffset + k * wPitch + VECTOR_BYTES, ORDER);
            ShortVector x0 = IntVector.broadcast(INTS, x[i]).reinterpretAsShorts();
            a0 = a0.add(p.mul(x0));
            b0 = b0.add(q.mul(x0));
            ShortVector x1 = IntVector.broadcast(INTS, x[i + 1]).reinterpretAsShorts();
            a1 = a1.add(p.mul(x1));
            b1 = b1.add(q.mul(x1));
            ShortVector x2 = IntVector.broadcast(INTS, x[i + 2]).reinterpretAsShorts();
            a2 = a2.add(p.mul(x2));
            b2 = b2.add(q.mul(x2));
            ShortVector x3 = IntVector.broadcast(INTS, x[i + 3]).reinterpretAsShorts();
            a3 = a3.add(p.mul(x3));
            b3 = b3.add(q.mul(x3));
            if ((k + 1 & part - 1) == 0) {
                a0.intoArray(out, to);
                b0.intoArray(out, to + SHORT_LANES);
                a1.intoArray(out, to + outPitch);
                b1.intoArray(out, to + outPitch + SHORT_LANES);
                a2.intoArray(out, to + 2 * outPitch);
                b2.intoArray(out, to + 2 * outPitch + SHORT_LANES);
                a3.intoArray(out, to + 3 * outPitch);
                b3.intoArray(out, to + 3 * outPitch + SHORT_LANES);
                to += ShortGroupSums.ROWS;
                a0 = ShortVector.zero(SHORTS);
                b0 = ShortVector.zero(SHORTS);
                a1 = ShortVector.zero(SHORTS);
                b1 = ShortVector.zero(SHORTS);
                a2 = ShortVector.zero(SHORTS);
                b2 = ShortVector.zero(SHORTS);
                a3 = ShortVector.zero(SHORTS);
                b3 = ShortVector.zero(SHORTS);
            }
        }
    }

    private static void tile2(MemorySegment w, long wOffset, long wPitch, int depth, int part, int[] x, int xOffset,
            short[] out, int outOffset, int outPitch) {
        ShortVector a0 = ShortVector.zero(SHORTS);
        ShortVector b0 = ShortVector.zero(SHORTS);
        ShortVector a1 = ShortVector.zero(SHORTS);
        ShortVector b1 = ShortVector.zero(SHORTS);
        int to = outOffset;
        for (int k = 0, i = xOffset; k < depth; k++, i += 2) {
            ShortVector p = ShortVector.fromMemorySegment(SHORTS, w, wOffset + k * wPitch, ORDER);
            ShortVector q = ShortVector.fromMemorySegment(SHORTS, w, wOffset + k * wPitch + VECTOR_BYTES, ORDER);
            ShortVector x0 = IntVector.broadcast(INTS, x[i]).reinterpretAsShorts();
            a0 = a0.add(p.mul(x0));
            b0 = b0.add(q.mul(x0));
            ShortVector x1 = IntVector.broadcast(INTS, x[i + 1]).reinterpretAsShorts();
            a1 = a1.add(p.mul(x1));
            b1 = b1.add(q.mul(x1));
            if ((k + 1 & part - 1) == 0) {
                a0.intoArray(out, to);
                b0.intoArray(out, to + SHORT_LANES);
                a1.intoArray(out, to + outPitch);
                b1.intoArray(out, to + outPitch + SHORT_LANES);
                to += ShortGroupSums.ROWS;
                a0 = ShortVector.zero(SHORTS);
                b0 = ShortVector.zero(SHORTS);
                a1 = ShortVector.zero(SHORTS);
                b1 = ShortVector.zero(SHORTS);
            }
        }
    }

    private static void tile1(MemorySegment w, long wOffset, long wPitch, int depth, int part, int[] x, int xOffset,
            short[] out, int outOffset, int outPitch) {
        ShortVector a0 = ShortVector.zero(SHORTS);
        ShortVector b0 = ShortVector.zero(SHORTS);
        int to = outOffset;
        for (int k = 0, i = xOffset; k < depth; k++, i += 1) {
            ShortVector p = ShortVector.fromMemorySegment(SHORTS, w, wOffset + k * wPitch, ORDER);
            ShortVector q = ShortVector.fromMemorySegment(SHORTS, w, wOffset + k * wPitch + VECTOR_BYTES, ORDER);
            ShortVector x0 = IntVector.broadcast(INTS, x[i]).reinterpretAsShorts();
            a0 = a0.add(p.mul(x0));
            b0 = b0.add(q.mul(x0));
            if ((k + 1 & part - 1) == 0) {
                a0.intoArray(out, to);
                b0.intoArray(out, to + SHORT_LANES);
                to += ShortGroupSums.ROWS;
                a0 = ShortVector.zero(SHORTS);
                b0 = ShortVector.zero(SHORTS);
            }
        }
    }

}
