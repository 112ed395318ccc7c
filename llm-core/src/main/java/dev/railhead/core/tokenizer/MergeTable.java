package dev.railhead.core.tokenizer;

import java.util.Arrays;

/// Which two neighbouring symbols may merge, how early, and into what: an open-addressing hash table from pairs of ids.
final class MergeTable {
    /// The answer for pairs that don't merge.
    static final long NONE = -1;

    private static final long EMPTY = -1; // ids are not negative, so no pair has this key

    private long[] keys;
    private long[] values; // rank in the high half, merged id in the low half
    private int size;

    MergeTable(int expectedSize) {
        int capacity = Integer.highestOneBit(Math.max(8, expectedSize)) << 2;
        keys = new long[capacity];
        values = new long[capacity];
        Arrays.fill(keys, EMPTY);
    }

    /// Adds a pair; the first entry for a pair stays.
    void add(int left, int right, int rank, int merged) {
        if (size * 2 >= keys.length) {
            grow();
        }
        long key = key(left, right);
        int slot = slot(key);
        if (keys[slot] == EMPTY) {
            keys[slot] = key;
            values[slot] = (long) rank << 32 | merged;
            size++;
        }
    }

    /// The rank (high half; lower merges earlier) and the merged id (low half), or [#NONE].
    long find(int left, int right) {
        if (left < 0 || right < 0) {
            return NONE;
        }
        int slot = slot(key(left, right));
        return keys[slot] == EMPTY ? NONE : values[slot];
    }

    static int rank(long entry) {
        return (int) (entry >>> 32);
    }

    static int merged(long entry) {
        return (int) entry;
    }

    private static long key(int left, int right) {
        return (long) left << 32 | right;
    }

    private int slot(long key) {
        int mask = keys.length - 1;
        long hash = key * 0x9E3779B97F4A7C15L;
        int slot = (int) (hash >>> 32) & mask;
        while (keys[slot] != EMPTY && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new long[oldKeys.length * 2];
        Arrays.fill(keys, EMPTY);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }
}
