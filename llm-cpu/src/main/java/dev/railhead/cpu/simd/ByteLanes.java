package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;
import static dev.railhead.cpu.simd.Width.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// Signed bytes with scales, widened to single precision: `out = scale · code`.
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
            ShortVector codes = ShortLanes.widen(data, at + i);
            long byteOffset = (long) i * Float.BYTES;
            toFloat(codes, 0).mul(FloatVector.fromMemorySegment(FLOATS, data, scales + byteOffset, ORDER))
                    .intoMemorySegment(out, to + byteOffset, ORDER);
            long next = byteOffset + LANES * Float.BYTES;
            toFloat(codes, 1).mul(FloatVector.fromMemorySegment(FLOATS, data, scales + next, ORDER))
                    .intoMemorySegment(out, to + next, ORDER);
        }
    }

    /// Codes that share a scale.
    public static void widen(MemorySegment data, long at, float scale, int count, MemorySegment out, long to) {
        int i = 0;
        for (; i <= count - STEP; i += STEP) {
            ShortVector codes = ShortLanes.widen(data, at + i);
            long byteOffset = (long) i * Float.BYTES;
            toFloat(codes, 0).mul(scale).intoMemorySegment(out, to + byteOffset, ORDER);
            toFloat(codes, 1).mul(scale).intoMemorySegment(out, to + byteOffset + LANES * Float.BYTES, ORDER);
        }
        for (; i < count; i++) {
            out.set(FLOAT, to + (long) i * Float.BYTES, scale * data.get(JAVA_BYTE, at + i));
        }
    }

    private static FloatVector toFloat(ShortVector v, int half) {
        return (FloatVector) v.convertShape(VectorOperators.S2F, FLOATS, half);
    }
}
