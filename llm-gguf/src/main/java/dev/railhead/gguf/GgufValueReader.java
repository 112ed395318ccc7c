package dev.railhead.gguf;

import dev.railhead.spi.Utf8Strings;
import dev.railhead.spi.Utf8Text;
import java.nio.charset.StandardCharsets;

/// Reads the values of metadata entries into the representation of [dev.railhead.spi.Metadata], each array as small as
/// it is in the file. One object reads all values of a file, since some limits are for all of them together.
final class GgufValueReader {
    private final GgufCursor in;
    private long strings;
    private long nestedArrays;

    GgufValueReader(GgufCursor in) {
        this.in = in;
    }

    /// Reads a type and a value of it.
    Object read() {
        return value(type("value type"), 0);
    }

    private ValueType type(String what) {
        long at = in.position();
        int id = in.int32(what);
        ValueType type = ValueType.of(id);
        if (type == null) {
            throw in.error(at, "a " + what + " from 0 to 12", Integer.toUnsignedString(id));
        }
        return type;
    }

    private Object value(ValueType type, int depth) {
        return switch (type) {
            case FLOAT32, FLOAT64 -> number(type);
            case BOOL -> bool();
            case STRING -> text();
            case ARRAY -> array(depth + 1);
            default -> integer(type);
        };
    }

    private Object text() {
        byte[] utf8 = in.utf8("string", Limits.METADATA_BYTES);
        return utf8.length > Limits.STRING_BYTES ? new Utf8Text(utf8) : new String(utf8, StandardCharsets.UTF_8);
    }

    private long integer(ValueType type) {
        return switch (type) {
            case UINT8 -> in.uint8("value");
            case INT8 -> (byte) in.uint8("value");
            case UINT16 -> in.uint16("value");
            case INT16 -> (short) in.uint16("value");
            case UINT32 -> Integer.toUnsignedLong(in.int32("value"));
            case INT32 -> in.int32("value");
            default -> in.int64("value");
        };
    }

    private double number(ValueType type) {
        return type == ValueType.FLOAT32
                ? Float.intBitsToFloat(in.int32("value"))
                : Double.longBitsToDouble(in.int64("value"));
    }

    private boolean bool() {
        long at = in.position();
        int value = in.uint8("value");
        if (value > 1) {
            throw in.error(at, "a boolean, 0 or 1", Integer.toString(value));
        }
        return value == 1;
    }

    private Object array(int depth) {
        long at = in.position();
        if (depth > Limits.ARRAY_DEPTH) {
            throw in.error(at, "arrays nested at most " + Limits.ARRAY_DEPTH + " deep", "one more");
        }
        ValueType type = type("element type");
        int count = in.count("array elements", type.minBytes(), Integer.MAX_VALUE - 8);
        if ((long) count * type.minBytes() > Limits.METADATA_BYTES) {
            throw in.error(at, "an array of at most " + Limits.METADATA_BYTES + " bytes",
                    count + " elements of " + type.minBytes() + " bytes or more");
        }
        return switch (type) {
            case STRING -> strings(at, count);
            case ARRAY -> arrays(at, count, depth);
            case BOOL -> booleans(count);
            case INT8 -> int8s(count);
            case UINT8, INT16 -> int16s(type, count);
            case UINT16, INT32 -> int32s(type, count);
            case UINT32, UINT64, INT64 -> int64s(type, count);
            case FLOAT32 -> float32s(count);
            case FLOAT64 -> float64s(count);
        };
    }

    /// Goes over the strings twice: what they take is known, and that they are there, before memory is taken for them.
    private Utf8Strings strings(long at, int count) {
        strings += count;
        if (strings > Limits.STRINGS) {
            throw in.error(at, "at most " + Limits.STRINGS + " strings in all arrays of the file", "more");
        }
        long first = in.position();
        for (int i = 0; i < count; i++) {
            in.skipText("string");
        }
        long length = in.position() - first - (long) Long.BYTES * count;
        if (length > Limits.METADATA_BYTES) {
            throw in.error(at, "strings of at most " + Limits.METADATA_BYTES + " bytes", length + " bytes");
        }
        in.position(first);
        byte[] bytes = new byte[(int) length];
        int[] offsets = new int[count + 1];
        for (int i = 0; i < count; i++) {
            offsets[i + 1] = offsets[i] + in.copyText("string", bytes, offsets[i]);
        }
        if (offsets[count] != length) {
            throw in.changed();
        }
        return new Utf8Strings(bytes, offsets);
    }

    private Object[] arrays(long at, int count, int depth) {
        nestedArrays += count;
        if (nestedArrays > Limits.NESTED_ARRAYS) {
            throw in.error(at, "at most " + Limits.NESTED_ARRAYS + " arrays within arrays of the file", "more");
        }
        Object[] array = new Object[count];
        for (int i = 0; i < count; i++) {
            array[i] = array(depth + 1);
        }
        return array;
    }

    private boolean[] booleans(int count) {
        boolean[] array = new boolean[count];
        for (int i = 0; i < count; i++) {
            array[i] = bool();
        }
        return array;
    }

    private byte[] int8s(int count) {
        byte[] array = new byte[count];
        for (int i = 0; i < count; i++) {
            array[i] = (byte) in.uint8("value");
        }
        return array;
    }

    private short[] int16s(ValueType type, int count) {
        short[] array = new short[count];
        for (int i = 0; i < count; i++) {
            array[i] = (short) integer(type);
        }
        return array;
    }

    private int[] int32s(ValueType type, int count) {
        int[] array = new int[count];
        for (int i = 0; i < count; i++) {
            array[i] = (int) integer(type);
        }
        return array;
    }

    private long[] int64s(ValueType type, int count) {
        long[] array = new long[count];
        for (int i = 0; i < count; i++) {
            array[i] = integer(type);
        }
        return array;
    }

    private float[] float32s(int count) {
        float[] array = new float[count];
        for (int i = 0; i < count; i++) {
            array[i] = (float) number(ValueType.FLOAT32);
        }
        return array;
    }

    private double[] float64s(int count) {
        double[] array = new double[count];
        for (int i = 0; i < count; i++) {
            array[i] = number(ValueType.FLOAT64);
        }
        return array;
    }
}
