package dev.railhead.gguf;

import dev.railhead.spi.Metadata;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads the key-value pairs into the representation of [Metadata].
final class GgufMetadataReader {
    /// Length of the key, one byte of key, type, one byte of value.
    private static final int MIN_ENTRY_BYTES = 8 + 1 + 4 + 1;

    private final String file;
    private final GgufCursor in;
    private final long start;
    private long strings;
    private long smallIntegers;

    GgufMetadataReader(String file, GgufCursor in) {
        this.file = file;
        this.in = in;
        start = in.position();
    }

    /// Checks a number of entries against the bytes that are left.
    static int entries(GgufCursor in) {
        return in.count("metadata entries", MIN_ENTRY_BYTES, Limits.KEYS);
    }

    Metadata read(int count) {
        Map<String, Object> values = new LinkedHashMap<>();
        Map<String, Long> offsets = new HashMap<>();
        for (int i = 0; i < count; i++) {
            in.subject("metadata entry " + i);
            long at = in.position();
            String key = in.name("key", Limits.KEY_BYTES);
            in.subject("key '" + (key.length() > 100 ? key.substring(0, 100) + "…" : key) + "'");
            if (offsets.put(key, at) != null) {
                throw in.error(at, "a key that is not there yet", "a duplicate");
            }
            values.put(key, value(type("value type"), 0));
            if (in.position() - start > Limits.METADATA_BYTES) {
                throw in.error(at, "metadata of at most " + Limits.METADATA_BYTES + " bytes", "more");
            }
        }
        return new Metadata(file, values, key -> offsets.getOrDefault(key, -1L));
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
            case STRING -> in.text("string");
            case ARRAY -> array(depth + 1);
            default -> integer(type);
        };
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
            case ARRAY -> arrays(count, depth);
            case BOOL -> booleans(count);
            case FLOAT32, FLOAT64 -> numbers(type, count);
            default -> integers(at, type, count);
        };
    }

    private String[] strings(long at, int count) {
        strings += count;
        if (strings > Limits.STRINGS) {
            throw in.error(at, "at most " + Limits.STRINGS + " strings in all arrays of the file", "more");
        }
        String[] array = new String[count];
        for (int i = 0; i < count; i++) {
            array[i] = in.text("string");
        }
        return array;
    }

    private Object[] arrays(int count, int depth) {
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

    private double[] numbers(ValueType type, int count) {
        double[] array = new double[count];
        for (int i = 0; i < count; i++) {
            array[i] = number(type);
        }
        return array;
    }

    private long[] integers(long at, ValueType type, int count) {
        if (type.minBytes() < 4) {
            smallIntegers += count;
            if (smallIntegers > Limits.SMALL_INTEGERS) {
                throw in.error(at,
                        "at most " + Limits.SMALL_INTEGERS + " integers of 8 or 16 bits in all arrays of the file",
                        "more");
            }
        }
        long[] array = new long[count];
        for (int i = 0; i < count; i++) {
            array[i] = integer(type);
        }
        return array;
    }
}
