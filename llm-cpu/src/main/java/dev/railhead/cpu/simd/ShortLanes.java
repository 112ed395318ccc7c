package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.HALF_BYTES;
import static dev.railhead.cpu.simd.Width.HALF_SHORTS;
import static dev.railhead.cpu.simd.Width.INTS;
import static dev.railhead.cpu.simd.Width.LANES;
import static dev.railhead.cpu.simd.Width.ORDER;
import static dev.railhead.cpu.simd.Width.SHORTS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// Small integers as 16-bit lanes: a lane is a weight row.
public final class ShortLanes {
    private ShortLanes() {}

    /// Widens signed bytes, as many as fit a vector of shorts.
    public static ShortVector widen(MemorySegment data, long at) {
        return (ShortVector) ByteVector.fromMemorySegment(HALF_BYTES, data, at, ORDER)
                .convertShape(VectorOperators.B2S, SHORTS, 0);
    }

    /// An activation in all lanes, given in both halves of an int: a broadcast of 32 bits comes straight from memory, one
    /// of 16 bits takes a shuffle.
    public static ShortVector broadcast(int both) {
        return IntVector.broadcast(INTS, both).reinterpretAsShorts();
    }

    /// Reads as many shorts as a vector has floats.
    public static FloatVector toFloat(short[] a, int at) {
        return (FloatVector) ShortVector.fromArray(HALF_SHORTS, a, at).convertShape(VectorOperators.S2F, FLOATS, 0);
    }

    /// Stores all lanes as floats.
    public static void storeFloats(ShortVector v, MemorySegment out, long at) {
        toFloat(v, 0).intoMemorySegment(out, at, ORDER);
        toFloat(v, 1).intoMemorySegment(out, at + LANES * Float.BYTES, ORDER);
    }

    private static FloatVector toFloat(ShortVector v, int half) {
        return (FloatVector) v.convertShape(VectorOperators.S2F, FLOATS, half);
    }
}
