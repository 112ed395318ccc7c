package dev.railhead.cli;

import dev.railhead.spi.Utf8Strings;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;

/// Metadata values as something short to print.
final class MetadataValue {
    /// Elements of an array that are shown.
    private static final int SHOWN = 8;
    private static final int SHOWN_CHARACTERS = 200;

    private MetadataValue() {}

    /// The beginning of a long array and its length.
    ///
    /// @param length number of elements
    /// @param first the first of them
    private record LongArray(int length, List<Object> first) {}

    /// A number, boolean or string as it is (a long string shortened), an array as a list, a long array as its length
    /// and first elements.
    static Object of(Object value) {
        if (value instanceof String text) {
            return text.length() <= SHOWN_CHARACTERS
                    ? text
                    : text.substring(0, SHOWN_CHARACTERS) + "… (" + text.length() + " characters)";
        }
        if (!(value instanceof Utf8Strings) && !value.getClass().isArray()) {
            return value;
        }
        int length = value instanceof Utf8Strings strings ? strings.size() : Array.getLength(value);
        List<Object> first = new ArrayList<>();
        for (int i = 0; i < Math.min(length, SHOWN); i++) {
            first.add(of(value instanceof Utf8Strings strings ? strings.get(i) : Array.get(value, i)));
        }
        return length <= SHOWN ? first : new LongArray(length, first);
    }
}
