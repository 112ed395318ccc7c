package dev.railhead.spi;

import dev.railhead.ModelFormatException;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// The key-value pairs of a model file, with lenient and checked access. Immutable.
///
/// Values are `Long` (all integer widths; u64 as its 64 bits), `Double` (f32 and f64), `Boolean`, `String`, and for
/// arrays [Utf8Strings], `boolean[]`, the narrowest of `byte[]`, `short[]`, `int[]`, `long[]` that holds the file's
/// integer type, `float[]`, `double[]`, or `Object[]` of such for nested arrays. Arrays stay as small as they are in
/// the file because those of a vocabulary have hundreds of thousands of elements.
public final class Metadata {
    private final String file;
    private final Map<String, Object> values;
    private final Map<String, Object> kept; // with Utf8Text where values has a long String
    private final ToLongFunction<String> offsets;

    /// @param file the file's name, for messages
    /// @param values key to value, as described above, or [Utf8Text] for a long string; not copied
    /// @param offsets gives the byte offset of a key's entry in the file, or −1 if unknown
    public Metadata(String file, Map<String, Object> values, ToLongFunction<String> offsets) {
        this.file = file;
        this.kept = values;
        this.values = new DecodedValues(values);
        this.offsets = offsets;
    }

    /// A copy with one more entry, or another value for a key.
    public Metadata with(String key, Object value) {
        Map<String, Object> copy = new LinkedHashMap<>(kept);
        copy.put(key, value);
        return new Metadata(file, copy, k -> k.equals(key) ? -1 : offsets.applyAsLong(k));
    }

    /// A copy without some entries, which shares the values of the others.
    public Metadata without(Set<String> keys) {
        Map<String, Object> copy = new LinkedHashMap<>(kept);
        copy.keySet().removeAll(keys);
        return new Metadata(file, copy, offsets);
    }

    /// The file's name.
    public String file() {
        return file;
    }

    /// All entries in the order of the file. A view that can't be changed.
    public Map<String, Object> values() {
        return values;
    }

    /// Whether the key is present.
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /// The value or null.
    public @Nullable Object get(String key) {
        return values.get(key);
    }

    /// An integer of any width.
    ///
    /// @throws ModelFormatException if the key is missing or its value is no integer
    public long integer(String key) {
        Object value = required(key, "an integer");
        if (value instanceof Long number) {
            return number;
        }
        throw mismatch(key, "an integer", value);
    }

    /// An integer of any width, or the default when the key is missing.
    public long integer(String key, long defaultValue) {
        return has(key) ? integer(key) : defaultValue;
    }

    /// An integer within a range, as int.
    ///
    /// @throws ModelFormatException if the key is missing, or its value is no integer or out of range
    public int integer(String key, int min, int max) {
        long value = integer(key);
        if (value < min || value > max) {
            throw error(key, "an integer from " + min + " to " + max, Long.toString(value));
        }
        return (int) value;
    }

    /// A number: f32, f64 or an integer.
    ///
    /// @throws ModelFormatException if the key is missing or its value is no number
    public double number(String key) {
        Object value = required(key, "a number");
        return switch (value) {
            case Double number -> number;
            case Long number -> number;
            default -> throw mismatch(key, "a number", value);
        };
    }

    /// A number, or the default when the key is missing.
    public double number(String key, double defaultValue) {
        return has(key) ? number(key) : defaultValue;
    }

    /// A boolean, or the default when the key is missing.
    public boolean bool(String key, boolean defaultValue) {
        Object value = values.get(key);
        return switch (value) {
            case null -> defaultValue;
            case Boolean b -> b;
            default -> throw mismatch(key, "a boolean", value);
        };
    }

    /// A string.
    ///
    /// @throws ModelFormatException if the key is missing or its value is no string
    public String string(String key) {
        Object value = required(key, "a string");
        if (value instanceof String string) {
            return string;
        }
        throw mismatch(key, "a string", value);
    }

    /// A string, or the default when the key is missing.
    public String string(String key, String defaultValue) {
        return has(key) ? string(key) : defaultValue;
    }

    /// An array of strings; empty arrays of any element type count.
    ///
    /// @throws ModelFormatException if the key is missing or its value is another
    public Utf8Strings strings(String key) {
        Object value = required(key, "an array of strings");
        if (value instanceof Utf8Strings strings) {
            return strings;
        }
        if (length(value) == 0) {
            return Utf8Strings.of();
        }
        throw mismatch(key, "an array of strings", value);
    }

    /// A copy of an array of integers of any width; empty arrays of any element type count.
    ///
    /// @throws ModelFormatException if the key is missing or its value is another
    public long[] integers(String key) {
        Object value = required(key, "an array of integers");
        if (isIntegers(value) || length(value) == 0) {
            return widened(value);
        }
        throw mismatch(key, "an array of integers", value);
    }

    /// A copy of an array of f32 or f64; empty arrays of any element type count.
    ///
    /// @throws ModelFormatException if the key is missing or its value is another
    public double[] numbers(String key) {
        Object value = required(key, "an array of floats");
        if (isFloats(value) || length(value) == 0) {
            double[] numbers = new double[length(value)];
            Arrays.setAll(numbers, i -> Array.getDouble(value, i));
            return numbers;
        }
        throw mismatch(key, "an array of floats", value);
    }

    /// An integer that a file may give once for all layers or once per layer.
    ///
    /// @param key the key
    /// @param layers number of layers, the length of the array if it is one
    /// @return one value per layer
    /// @throws ModelFormatException if the key is missing, is of another type, or the array's length is not `layers`
    public long[] perLayer(String key, int layers) {
        Object value = required(key, "an integer or an array of " + layers + " integers");
        if (value instanceof Long number) {
            long[] result = new long[layers];
            Arrays.fill(result, number);
            return result;
        }
        if (!isIntegers(value) && !(value instanceof boolean[])) {
            throw mismatch(key, "an integer or an array of " + layers + " integers", value);
        }
        if (length(value) != layers) {
            throw error(key, "an array of " + layers + " integers (one per layer)", length(value) + " integers");
        }
        return widened(value);
    }

    /// Whether a key's value is an array, of whatever elements.
    public boolean isArray(String key) {
        Object value = get(key);
        return value != null && value.getClass().isArray();
    }

    /// The exception for a key whose value can't be used: names file, key and offset.
    public ModelFormatException error(String key, String expected, String found) {
        long offset = offsets.applyAsLong(key);
        return new ModelFormatException("key '" + key + "' of " + file + (offset >= 0 ? " at byte " + offset : "")
                + ": expected " + expected + ", found " + found);
    }

    private Object required(String key, String expected) {
        Object value = values.get(key);
        if (value == null) {
            throw error(key, expected, "no such key");
        }
        return value;
    }

    private ModelFormatException mismatch(String key, String expected, Object value) {
        return error(key, expected, describe(value));
    }

    /// Number of elements, −1 for what is no array.
    private static int length(Object value) {
        if (value instanceof Utf8Strings strings) {
            return strings.size();
        }
        return value.getClass().isArray() ? Array.getLength(value) : -1;
    }

    private static boolean isIntegers(Object value) {
        return value instanceof byte[] || value instanceof short[] || value instanceof int[] || value instanceof long[];
    }

    private static boolean isFloats(Object value) {
        return value instanceof float[] || value instanceof double[];
    }

    private static long[] widened(Object integers) {
        long[] result = new long[length(integers)];
        Arrays.setAll(result, i -> integers instanceof boolean[] flags ? flags[i] ? 1 : 0 : Array.getLong(integers, i));
        return result;
    }

    private static String describe(Object value) {
        return switch (value) {
            case Long number -> "the integer " + number;
            case Double number -> "the float " + number;
            case Boolean bool -> "the boolean " + bool;
            case String string ->
                "the string \"" + (string.length() > 40 ? string.substring(0, 40) + "…" : string) + "\"";
            case Utf8Strings strings -> "an array of " + strings.size() + " strings";
            case boolean[] array -> "an array of " + array.length + " booleans";
            case Object[] _ -> "a nested array";
            default -> "an array of " + length(value) + (isIntegers(value) ? " integers" : " floats");
        };
    }
}
