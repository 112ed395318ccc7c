package dev.railhead.core.jinja;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A dictionary in order of insertion. Not changed any more once a template can see it.
final class DictValue {
    /// A key as it was written, and its value.
    record Entry(Object key, Object value) {}

    private final Map<Object, Entry> entries = new LinkedHashMap<>(); // by Keys.of(key)

    /// Adds an entry or replaces its value; the first key that was written stays.
    DictValue put(Budget budget, Object key, Object value) {
        entries.merge(Keys.of(budget, key), new Entry(key, value), (old, added) -> new Entry(old.key, added.value));
        return this;
    }

    DictValue putAll(Budget budget, DictValue other) {
        budget.steps(other.size());
        other.entries().forEach(entry -> put(budget, entry.key, entry.value));
        return this;
    }

    @Nullable
    Object get(Budget budget, Object key) {
        Entry entry = entries.get(Keys.of(budget, key));
        return entry == null ? null : entry.value;
    }

    /// The value of a string key; null if there is none.
    @Nullable
    Object get(String key) {
        Entry entry = entries.get(key);
        return entry == null ? null : entry.value;
    }

    Collection<Entry> entries() {
        return entries.values();
    }

    List<Object> keys() {
        List<Object> keys = new ArrayList<>(entries.size());
        entries.values().forEach(entry -> keys.add(entry.key));
        return keys;
    }

    List<Object> values() {
        List<Object> values = new ArrayList<>(entries.size());
        entries.values().forEach(entry -> values.add(entry.value));
        return values;
    }

    /// Tuples of key and value.
    List<Object> items() {
        List<Object> items = new ArrayList<>(entries.size());
        entries.values().forEach(entry -> items.add(ListValue.tuple(entry.key, entry.value)));
        return items;
    }

    int size() {
        return entries.size();
    }
}
