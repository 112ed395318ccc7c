package dev.railhead.spi;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A read-only view of metadata in which long texts are strings, decoded at each look.
final class DecodedValues extends AbstractMap<String, Object> {
    private final Map<String, Object> kept;

    DecodedValues(Map<String, Object> kept) {
        this.kept = kept;
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        Object value = kept.get(key);
        return value == null ? null : decoded(value);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return kept.containsKey(key);
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return kept.size();
            }

            @Override
            public Iterator<Entry<String, Object>> iterator() {
                Iterator<Entry<String, Object>> entries = kept.entrySet().iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return entries.hasNext();
                    }

                    @Override
                    public Entry<String, Object> next() {
                        Entry<String, Object> entry = entries.next();
                        return Map.entry(entry.getKey(), decoded(entry.getValue()));
                    }
                };
            }
        };
    }

    private static Object decoded(Object value) {
        return value instanceof Utf8Text text ? text.toString() : value;
    }
}
