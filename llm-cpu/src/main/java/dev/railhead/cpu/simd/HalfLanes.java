package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.INTS;
import static dev.railhead.cpu.simd.Width.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// Two 16-bit floats in an int lane.
public final class HalfLanes {
    /// Sign, exponent and fraction of a half after it was shifted to the place they have in a single.
    private static final int HALF_BITS = 0x8FFFE000;

    /// The difference of the exponent's biases.
    private static final float HALF_BIAS = 0x1p112f;

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
        return high.lanewise(VectorOperators.ASHR, 3).and(HALF_BITS).reinterpretAsFloats().mul(HALF_BIAS);
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
