package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.HALF_BYTES;
import static dev.railhead.cpu.simd.Width.INTS;
import static dev.railhead.cpu.simd.Width.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// Small integers in pairs: an int lane is one weight row, its low short belongs to an even k and its high short to the
/// next k. A product with two activations that are broadcast as one int gives the terms of both k, in 16 bits, and no
/// lane ever has to change its place.
public final class PairLanes {
    private PairLanes() {}

    /// Widens signed bytes to shorts, as many as fit a vector.
    public static ShortVector widen(MemorySegment data, long offset) {
        return (ShortVector) ByteVector.fromMemorySegment(HALF_BYTES, data, offset, ORDER)
                .convertShape(VectorOperators.B2S, Width.SHORTS, 0);
    }

    /// Two activations, the even k in the low half, in all lanes.
    public static ShortVector broadcast(int pair) {
        return IntVector.broadcast(INTS, pair).reinterpretAsShorts();
    }

    /// Adds the two shorts of each lane; the sum must fit 16 bits, wrapping on the way is harmless.
    public static FloatVector shortSum(ShortVector pairs) {
        ShortVector high = pairs
                .add(pairs.reinterpretAsInts().lanewise(VectorOperators.LSHL, 16).reinterpretAsShorts());
        return toFloat(high.reinterpretAsInts().lanewise(VectorOperators.ASHR, 16));
    }

    /// Adds the two shorts of each lane in 32 bits.
    public static IntVector intSum(ShortVector pairs) {
        return even(pairs).add(odd(pairs));
    }

    /// Widens the even k.
    public static IntVector even(ShortVector pairs) {
        return pairs.reinterpretAsInts().lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
    }

    /// Widens the odd k.
    public static IntVector odd(ShortVector pairs) {
        return pairs.reinterpretAsInts().lanewise(VectorOperators.ASHR, 16);
    }

    /// Converts ints to floats.
    public static FloatVector toFloat(IntVector ints) {
        return (FloatVector) ints.convertShape(VectorOperators.I2F, FLOATS, 0);
    }

    /// Stores `code + offset` as floats: the even k at `at`, the odd one `pitch` bytes further.
    public static void unpack(ShortVector codes, float offset, MemorySegment out, long at, long pitch) {
        toFloat(even(codes)).add(offset).intoMemorySegment(out, at, ORDER);
        toFloat(odd(codes)).add(offset).intoMemorySegment(out, at + pitch, ORDER);
    }
}
