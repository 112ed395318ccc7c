package dev.railhead.core.tokenizer;

import java.util.Arrays;

/// Which two neighbouring symbols may merge, how early, and into what: an open-addressing hash table from pairs of ids,
/// about 24 bytes a pair.
final class MergeTable {
    /// The answer for pairs that don't merge.
    static final long NONE = -1;

    private static final int EMPTY = 0;

    /// Slots per pair. With fewer, the search for a pair that doesn't merge, which most are, takes longer.
    private static final int SPREAD = 2;

    private final SeededHash hash = new SeededHash();

    private long[] keys; // by pair: left id in the high half, right in the low half
    private long[] values; // by pair: rank in the high half, merged id in the low half
    private int size;

    /// By slot: a pair's number + 1 in the low bits, and in the others some of its hash, so that the search passes by
    /// nearly all pairs that it doesn't look for without reading them.
    private int[] slots = {};
    private int tagMask;

    MergeTable(int expectedSize) {
        keys = new long[Math.max(4, expectedSize)];
        values = new long[keys.length];
        allocateSlots();
    }

    private void allocateSlots() {
        slots = new int[Math.multiplyExact(SPREAD, keys.length)];
        tagMask = -(Integer.highestOneBit(keys.length) << 1); // the bits that the number of a pair leaves free
    }

    /// Adds a pair; the first entry for a pair stays.
    void add(int left, int right, int rank, int merged) {
        long key = key(left, right);
        if (findEntry(key) >= 0) {
            return;
        }
        if (size == keys.length) {
            resize(size + (size >> 1));
        }
        keys[size] = key;
        values[size] = (long) rank << 32 | merged;
        size++;
        putSlot(size - 1);
    }

    private void putSlot(int pair) {
        long pairHash = hash.of(keys[pair]);
        int at = SeededHash.slot(pairHash, slots.length);
        while (slots[at] != EMPTY) {
            at = next(at);
        }
        slots[at] = (int) pairHash & tagMask | pair + 1;
    }

    /// Frees what was taken for pairs that didn't come.
    void trim() {
        if (size < keys.length) {
            resize(Math.max(4, size));
        }
    }

    private void resize(int pairs) {
        keys = Arrays.copyOf(keys, pairs);
        values = Arrays.copyOf(values, pairs);
        allocateSlots();
        for (int pair = 0; pair < size; pair++) {
            putSlot(pair);
        }
    }

    /// The rank (high half; lower merges earlier) and the merged id (low half), or [#NONE].
    long find(int left, int right) {
        if (left < 0 || right < 0) {
            return NONE;
        }
        int pair = findEntry(key(left, right));
        return pair < 0 ? NONE : values[pair];
    }

    /// The number of a pair, or −1.
    private int findEntry(long key) {
        long keyHash = hash.of(key);
        int tag = (int) keyHash & tagMask;
        int at = SeededHash.slot(keyHash, slots.length);
        while (true) { // the innermost loop of encoding
            int slot = slots[at];
            if (slot == EMPTY) {
                return -1;
            }
            int pair = (slot & ~tagMask) - 1;
            if ((slot & tagMask) == tag && keys[pair] == key) {
                return pair;
            }
            at = next(at);
        }
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

    private int next(int at) {
        return at + 1 == slots.length ? 0 : at + 1;
    }
}
