package dev.railhead.gguf;

import com.google.common.io.LittleEndianDataOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Writes metadata values and strings as GGUF's bytes, into memory.
final class GgufEncoder {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final LittleEndianDataOutputStream out = new LittleEndianDataOutputStream(bytes);

    byte[] toByteArray() {
        return bytes.toByteArray();
    }

    void int32(int value) throws IOException {
        out.writeInt(value);
    }

    void int64(long value) throws IOException {
        out.writeLong(value);
    }

    void string(String value) throws IOException {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        out.writeLong(utf8.length);
        out.write(utf8);
    }

    void entry(String key, ValueType type, Object value) throws IOException {
        string(key);
        out.writeInt(type.ordinal());
        value(type, value);
    }

    private void value(ValueType type, Object value) throws IOException {
        switch (type) {
            case UINT8, INT8, BOOL -> out.writeByte((int) integer(value));
            case UINT16, INT16 -> out.writeShort((int) integer(value));
            case UINT32, INT32 -> out.writeInt((int) integer(value));
            case UINT64, INT64 -> out.writeLong(integer(value));
            case FLOAT32 -> out.writeFloat(((Number) value).floatValue());
            case FLOAT64 -> out.writeDouble(((Number) value).doubleValue());
            case STRING -> string((String) value);
            case ARRAY -> array((GgufArray) value);
        }
    }

    private static long integer(Object value) {
        return value instanceof Boolean bool ? bool ? 1 : 0 : ((Number) value).longValue();
    }

    private void array(GgufArray array) throws IOException {
        out.writeInt(array.elementType().ordinal());
        out.writeLong(array.length());
        for (int i = 0; i < array.length(); i++) {
            value(array.elementType(), array.element(i));
        }
    }

    /// Checks a value before it is kept for writing.
    static void check(String key, ValueType type, Object value) {
        boolean fits = switch (type) {
            case UINT8 -> isInteger(value, 0, 0xFF);
            case INT8 -> isInteger(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case UINT16 -> isInteger(value, 0, 0xFFFF);
            case INT16 -> isInteger(value, Short.MIN_VALUE, Short.MAX_VALUE);
            case UINT32 -> isInteger(value, 0, 0xFFFF_FFFFL);
            case INT32 -> isInteger(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case UINT64, INT64 -> isInteger(value, Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT32, FLOAT64 -> value instanceof Double || value instanceof Float;
            case BOOL -> value instanceof Boolean;
            case STRING -> value instanceof String;
            case ARRAY -> value instanceof GgufArray;
        };
        if (!fits) {
            throw new IllegalArgumentException("key '" + key + "': expected a value of type " + type + ", found "
                    + value.getClass().getSimpleName() + " " + value);
        }
        if (value instanceof GgufArray array) {
            for (int i = 0; i < array.length(); i++) {
                check(key, array.elementType(), array.element(i));
            }
        }
    }

    private static boolean isInteger(Object value, long min, long max) {
        return (value instanceof Long || value instanceof Integer) && ((Number) value).longValue() >= min
                && ((Number) value).longValue() <= max;
    }
}
