package dev.railhead.gguf.block;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Little-endian numbers in byte arrays.
final class Bytes {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /// The largest finite half precision number.
    private static final float MAX_HALF = 65504f;

    private Bytes() {}

    /// A half precision number, widened exactly.
    static float half(byte[] bytes, int at) {
        return Float.float16ToFloat((short) SHORT.get(bytes, at));
    }

    /// Writes the nearest finite half precision number and returns it.
    static float putHalf(byte[] bytes, int at, float value) {
        short half = Float.floatToFloat16(Math.clamp(value, -MAX_HALF, MAX_HALF));
        SHORT.set(bytes, at, half);
        return Float.float16ToFloat(half);
    }

    static int int32(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static void putInt32(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }

    /// Eight bytes, the first in the lowest place.
    static long int64(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static void putInt64(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    static float float32(byte[] bytes, int at) {
        return Float.intBitsToFloat(int32(bytes, at));
    }

    static void putFloat32(byte[] bytes, int at, float value) {
        putInt32(bytes, at, Float.floatToRawIntBits(value));
    }
}
