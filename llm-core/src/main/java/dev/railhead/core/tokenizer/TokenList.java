package dev.railhead.core.tokenizer;

import java.util.Arrays;

/// A growing list of token ids.
final class TokenList {
    private int[] ids;
    private int size;

    TokenList(int capacity) {
        ids = new int[Math.max(16, capacity)];
    }

    void add(int id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, size + (size >> 1));
        }
        ids[size++] = id;
    }

    void addAll(int[] more) {
        if (size + more.length > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(size + more.length, size + (size >> 1)));
        }
        System.arraycopy(more, 0, ids, size, more.length);
        size += more.length;
    }

    int size() {
        return size;
    }

    /// Forgets the ids from an index on.
    void truncate(int newSize) {
        size = newSize;
    }

    int[] toArray() {
        return Arrays.copyOf(ids, size);
    }

    int[] tail(int from) {
        return Arrays.copyOfRange(ids, from, size);
    }
}
