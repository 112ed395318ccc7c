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

    /// Codes that have a scale each.
    ///
    /// @param data codes from the byte `at`, scales from the byte `scales`
    /// @param count a multiple of 32
    public static void widen(MemorySegment data, long at, long scales, int count, MemorySegment out, long to) {
        for (int i = 0; i < count; i += STEP) {
            ShortVector codes = (ShortVector) ByteVector.fromMemorySegment(HALF_BYTES, data, at + i, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            long low = (long) i * Float.BYTES;
            long high = low + LANES * Float.BYTES;
            FloatVector a = (FloatVector) codes.convertShape(VectorOperators.S2F, FLOATS, 0);
            FloatVector b = (FloatVector) codes.convertShape(VectorOperators.S2F, FLOATS, 1);
            a.mul(FloatVector.fromMemorySegment(FLOATS, data, scales + low, ORDER)).intoMemorySegment(out, to + low,
                    ORDER);
            b.mul(FloatVector.fromMemorySegment(FLOATS, data, scales + high, ORDER)).intoMemorySegment(out, to + high,
                    ORDER);
        }
    }

    /// Codes that share a scale.
    public static void widen(MemorySegment data, long at, float scale, int count, MemorySegment out, long to) {
        int i = 0;
        for (; i <= count - STEP; i += STEP) {
            ShortVector codes = (ShortVector) ByteVector.fromMemorySegment(HALF_BYTES, data, at + i, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            long low = (long) i * Float.BYTES;
            FloatVector a = (FloatVector) codes.convertShape(VectorOperators.S2F, FLOATS, 0);
            FloatVector b = (FloatVector) codes.convertShape(VectorOperators.S2F, FLOATS, 1);
            a.mul(scale).intoMemorySegment(out, to + low, ORDER);
            b.mul(scale).intoMemorySegment(out, to + low + LANES * Float.BYTES, ORDER);
        }
        for (; i < count; i++) {
            out.set(FLOAT, to + (long) i * Float.BYTES, scale * data.get(JAVA_BYTE, at + i));
        }
    }
}
