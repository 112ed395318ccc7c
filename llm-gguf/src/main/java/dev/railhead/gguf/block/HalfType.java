package dev.railhead.gguf.block;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A floating point type of 16 bits: a subclass says how a run of them is converted.
abstract class HalfType extends FloatType {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    HalfType(Form form, int id) {
        super(form.name(), form, id, Short.BYTES);
    }

    /// Widens the first `count` numbers exactly.
    abstract void widen(short[] in, float[] out, int outOffset, int count);

    /// Rounds to the nearest of the type, ties to even.
    abstract void narrow(float[] in, int inOffset, short[] out, int count);

    @Override
    public final void decode(MemorySegment data, long offset, float[] out, int outOffset, int count) {
        short[] chunk = new short[Math.min(count, CHUNK)];
        for (int i = 0; i < count; i += chunk.length) {
            int n = Math.min(chunk.length, count - i);
            MemorySegment.copy(data, SHORT, offset + (long) i * Short.BYTES, chunk, 0, n);
            widen(chunk, out, outOffset + i, n);
        }
    }

    @Override
    public final void encode(float[] in, int inOffset, int count, MemorySegment out, long offset) {
        short[] chunk = new short[Math.min(count, CHUNK)];
        for (int i = 0; i < count; i += chunk.length) {
            int n = Math.min(chunk.length, count - i);
            narrow(in, inOffset + i, chunk, n);
            MemorySegment.copy(chunk, 0, out, SHORT, offset + (long) i * Short.BYTES, n);
        }
    }
}
