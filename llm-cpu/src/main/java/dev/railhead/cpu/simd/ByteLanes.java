package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.HALF_BYTES;
import static dev.railhead.cpu.simd.Width.LANES;
import static dev.railhead.cpu.simd.Width.ORDER;
import static dev.railhead.cpu.simd.Width.SHORTS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// Signed bytes with scales, widened to single precision: `out = scale · code`. The loops call the Vector API directly,
/// without helpers: as part of a larger method those aren't always inlined, and then every vector is an object.
public final class ByteLanes {
    private static final ValueLayout.OfFloat FLOAT = JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
    private static final int STEP = 2 * LANES;

    private ByteLanes() {}

    /// Rows of codes; the codes of a column share a scale, `block` rows at a time.
    ///
    /// @param data codes `[rows][columns]` from the byte `at`, scales `float[rows / block][columns]` from `scales`; the last
    ///     block may have fewer rows
    /// @param columns a multiple of 32
    /// @param out receives `float[rows][columns]`
    public static void widenColumns(MemorySegment data, long at, long scales, int rows, int columns, int block,
            MemorySegment out) {
        for (int first = 0; first < rows; first += block) {
            long scale = scales + (long) (first / block) * columns * Float.BYTES;
            int end = Math.min(first + block, rows);
            for (int i = 0; i < columns; i += STEP) {
                long low = (long) i * Float.BYTES;
                long high = low + LANES * Float.BYTES;
                FloatVector a = FloatVector.fromMemorySegment(FLOATS, data, scale + low, ORDER);
                FloatVector b = FloatVector.fromMemorySegment(FLOATS, data, scale + high, ORDER);
                for (int row = first; row < end; row++) {
                    ShortVector codes = (ShortVector) ByteVector
                            .fromMemorySegment(HALF_BYTES, data, at + (long) row * columns + i, ORDER)
                            .convertShape(VectorOperators.B2S, SHORTS, 0);
                    long to = (long) row * columns * Float.BYTES;
                    ((FloatVector) codes.convertShape(VectorOperators.S2F, FLOATS, 0)).mul(a).intoMemorySegment(out,
                            to + low, ORDER);
                    ((FloatVector) codes.convertShape(VectorOperators.S2F, FLOATS, 1)).mul(b).intoMemorySegment(out,
                            to + high, ORDER);
                }
            }
        }
    }

    /// A row of codes; `block` neighbours share a scale, the last ones may be fewer.
    ///
    /// @param data codes from the byte `at`, scales `float[count / block]` from `scales`
    /// @param block a multiple of 32
    /// @param out receives `count` floats from the byte `to`
    public static void widenRow(MemorySegment data, long at, long scales, int count, int block, MemorySegment out,
            long to) {
        int whole = count - count % STEP;
        for (int i = 0; i < whole; i += STEP) {
            float scale = data.get(FLOAT, scales + (long) (i / block) * Float.BYTES);
            ShortVector codes = (ShortVector) ByteVector.fromMemorySegment(HALF_BYTES, data, at + i, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            long low = to + (long) i * Float.BYTES;
            ((FloatVector) codes.convertShape(VectorOperators.S2F, FLOATS, 0)).mul(scale).intoMemorySegment(out, low,
                    ORDER);
            ((FloatVector) codes.convertShape(VectorOperators.S2F, FLOATS, 1)).mul(scale).intoMemorySegment(out,
                    low + LANES * Float.BYTES, ORDER);
        }
        for (int i = whole; i < count; i++) {
            out.set(FLOAT, to + (long) i * Float.BYTES,
                    data.get(FLOAT, scales + (long) (i / block) * Float.BYTES) * data.get(JAVA_BYTE, at + i));
        }
    }
}
