package dev.railhead.gguf.block;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Little-endian IEEE 754 single precision.
class F32 extends FloatType {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    F32() {
        this("F32", 0);
    }

    /// For types with the same bytes and another name.
    F32(String name, int id) {
        super(name, Form.F32, id, Float.BYTES);
    }

    @Override
    public final void decode(MemorySegment data, long offset, float[] out, int outOffset, int count) {
        MemorySegment.copy(data, FLOAT, offset, out, outOffset, count);
    }

    @Override
    public final void encode(float[] in, int inOffset, int count, MemorySegment out, long offset) {
        MemorySegment.copy(in, inOffset, out, FLOAT, offset, count);
    }
}
