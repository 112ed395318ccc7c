package dev.railhead.core.jinja;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A dictionary in order of insertion. Not changed any more once a template can see it.
final class DictValue {
    /// A key as it was written, and its value.
    record Entry(Object key, Object value) {}

    private final Map<Object, Entry> entries = new LinkedHashMap<>(); // by Keys.of(key)
    // Made once, since a template can ask for them again and again.
    private @Nullable List<Object> keys;
    private @Nullable List<Object> values;
    private @Nullable List<Object> items;

    /// Adds an entry or replaces its value; the first key that was written stays.
    DictValue put(Budget budget, Object key, Object value) {
        keys = null;
        values = null;
        items = null;
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

    /// The keys as they were written.
    List<Object> keys() {
        keys = keys != null ? keys : listed(Entry::key);
        return keys;
    }

    List<Object> values() {
        values = values != null ? values : listed(Entry::value);
        return values;
    }

    /// Tuples of key and value.
    List<Object> items() {
        items = items != null ? items : listed(entry -> ListValue.tuple(entry.key, entry.value));
        return items;
    }

    private List<Object> listed(Function<Entry, Object> part) {
        List<Object> list = new ArrayList<>(entries.size());
        entries.values().forEach(entry -> list.add(part.apply(entry)));
        return list;
    }

    int size() {
        return entries.size();
    }
}
