package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.HALF_SHORTS;
import static dev.railhead.cpu.simd.Width.INTS;
import static dev.railhead.cpu.simd.Width.LANES;
import static dev.railhead.cpu.simd.Width.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// Two 16-bit floats in an int lane.
public final class HalfLanes {
    private static final ValueLayout.OfFloat FLOAT = JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
    private static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(ORDER);

    /// Sign, exponent and fraction of a half after it was shifted to the place they have in a single.
    public static final int HALF_BITS = 0x8FFFE000;

    /// The difference of the exponent's biases.
    public static final float HALF_BIAS = 0x1p112f;

    /// From a half in the low bits, its sign extended, to the place its exponent and fraction have in a single.
    static final int WIDENING_SHIFT = 13;

    private HalfLanes() {}

    /// Reads a vector of int lanes.
    public static IntVector load(MemorySegment data, long offset) {
        return IntVector.fromMemorySegment(INTS, data, offset, ORDER);
    }

    /// The finite half precision number in the low 16 bits, subnormals included.
    public static FloatVector lowHalf(IntVector lanes) {
        return scale(lanes.lanewise(VectorOperators.LSHL, 16));
    }

    /// The finite half precision number in the high 16 bits, subnormals included.
    public static FloatVector highHalf(IntVector lanes) {
        return scale(lanes);
    }

    private static FloatVector scale(IntVector high) {
        return bits(high).mul(HALF_BIAS);
    }

    /// As [#lowHalf], but smaller by the factor [#HALF_BIAS].
    public static FloatVector lowHalfBits(IntVector lanes) {
        return bits(lanes.lanewise(VectorOperators.LSHL, 16));
    }

    private static FloatVector bits(IntVector high) {
        return high.lanewise(VectorOperators.ASHR, 3).and(HALF_BITS).reinterpretAsFloats();
    }

    /// `out[i] = HALF_BIAS · in[at + i]`.
    ///
    /// @return false if one of them is not finite then, and the others may be missing
    public static boolean scaleUp(float[] in, int at, int length, float[] out) {
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, in, at + i).mul(HALF_BIAS);
            if (!v.lanewise(VectorOperators.ABS).compare(VectorOperators.LE, Float.MAX_VALUE).allTrue()) {
                return false;
            }
            v.intoArray(out, i);
        }
        for (; i < length; i++) {
            out[i] = in[at + i] * HALF_BIAS;
            if (!Float.isFinite(out[i])) {
                return false;
            }
        }
        return true;
    }

    /// Widens neighbouring half precision numbers, finite ones or NaN, subnormals included.
    ///
    /// The exponent of a NaN comes out as if it were one of a large number. Only such a number times 2^112 is infinite, and
    /// times 0 then NaN; for all others that is 0 with the number's sign, which adds nothing.
    ///
    /// @param data numbers from the byte `at`
    /// @param out receives `count` floats from the byte `to`
    public static void widen(MemorySegment data, long at, int count, MemorySegment out, long to) {
        int i = 0;
        for (; i <= count - LANES; i += LANES) {
            IntVector lanes = (IntVector) ShortVector
                    .fromMemorySegment(HALF_SHORTS, data, at + (long) i * Short.BYTES, ORDER)
                    .convertShape(VectorOperators.S2I, INTS, 0);
            FloatVector number = lanes.lanewise(VectorOperators.LSHL, WIDENING_SHIFT).and(HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(HALF_BIAS);
            number.mul(HALF_BIAS).fma(FloatVector.zero(FLOATS), number).intoMemorySegment(out,
                    to + (long) i * Float.BYTES, ORDER);
        }
        for (; i < count; i++) {
            out.set(FLOAT, to + (long) i * Float.BYTES,
                    Float.float16ToFloat(data.get(SHORT, at + (long) i * Short.BYTES)));
        }
    }

    /// The bfloat16 in the low 16 bits.
    public static FloatVector lowBfloat(IntVector lanes) {
        return lanes.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    /// The bfloat16 in the high 16 bits.
    public static FloatVector highBfloat(IntVector lanes) {
        return lanes.and(0xFFFF0000).reinterpretAsFloats();
    }

    /// One of the four signed bytes of each lane.
    public static FloatVector signedByte(IntVector lanes, int index) {
        return (FloatVector) lanes.lanewise(VectorOperators.LSHL, 24 - 8 * index).lanewise(VectorOperators.ASHR, 24)
                .convertShape(VectorOperators.I2F, FLOATS, 0);
    }
}
