package dev.railhead;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Maps that keep the order in which they were written, because templates print them in that order.
final class Fields {
    private Fields() {}

    /// An unmodifiable map of keys and values in turn.
    static Map<String, Object> of(Object... keysAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            fields.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return Collections.unmodifiableMap(fields);
    }

    /// An unmodifiable copy with one field more, or another value for it.
    static Map<String, @Nullable Object> with(Map<String, ? extends @Nullable Object> fields, String name,
            @Nullable Object value) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(fields);
        copy.put(name, value);
        return Collections.unmodifiableMap(copy);
    }
}
