package dev.railhead.gguf.block;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Little-endian IEEE 754 single precision.
final class F32 extends FloatType {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    F32() {
        super(Form.F32, 0, Float.BYTES);
    }

    @Override
    public void decode(MemorySegment data, long offset, float[] out, int outOffset, int count) {
        MemorySegment.copy(data, FLOAT, offset, out, outOffset, count);
    }

    @Override
    public void encode(float[] in, int inOffset, int count, MemorySegment out, long offset) {
        MemorySegment.copy(in, inOffset, out, FLOAT, offset, count);
    }
}
