package dev.railhead.core.tokenizer;

import java.util.Arrays;

/// Which two neighbouring symbols may merge, how early, and into what: an open-addressing hash table from pairs of ids,
/// 48 bytes a pair.
final class MergeTable {
    /// The answer for pairs that don't merge.
    static final long NONE = -1;

    private static final long EMPTY = -1; // ids are not negative, so no pair has this key

    /// Slots per pair. With fewer, the search for a pair that doesn't merge, which most are, takes longer.
    private static final int SPREAD = 3;

    private final SeededHash hash = new SeededHash();

    /// Two of each slot: the pair (left id in the high half, right in the low half), then what comes of it (rank in the
    /// high half, merged id in the low half).
    private long[] entries;

    private int slots;
    private int size;

    MergeTable(int expectedSize) {
        allocate(Math.max(4, expectedSize));
    }

    private void allocate(int pairs) {
        slots = Math.multiplyExact(SPREAD, pairs);
        entries = new long[Math.multiplyExact(2, slots)];
        Arrays.fill(entries, EMPTY);
    }

    /// Adds a pair; the first entry for a pair stays.
    void add(int left, int right, int rank, int merged) {
        if ((size + 1L) * SPREAD > slots) {
            resize(size + (size >> 1));
        }
        if (put(key(left, right), (long) rank << 32 | merged)) {
            size++;
        }
    }

    private boolean put(long key, long value) {
        int at = first(key);
        while (entries[at] != EMPTY) {
            if (entries[at] == key) {
                return false;
            }
            at = next(at);
        }
        entries[at] = key;
        entries[at + 1] = value;
        return true;
    }

    /// Frees what was taken for pairs that didn't come.
    void trim() {
        if ((long) size * SPREAD < slots) {
            resize(Math.max(4, size));
        }
    }

    private void resize(int pairs) {
        long[] old = entries;
        allocate(pairs);
        for (int at = 0; at < old.length; at += 2) {
            if (old[at] != EMPTY) {
                put(old[at], old[at + 1]);
            }
        }
    }

    /// The rank (high half; lower merges earlier) and the merged id (low half), or [#NONE].
    long find(int left, int right) {
        if (left < 0 || right < 0) {
            return NONE;
        }
        long key = key(left, right);
        int at = first(key);
        while (true) { // looks at each entry once, as this is the innermost loop of encoding
            long found = entries[at];
            if (found == key) {
                return entries[at + 1];
            }
            if (found == EMPTY) {
                return NONE;
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

    /// Where the search for a pair begins.
    private int first(long key) {
        return 2 * SeededHash.slot(hash.of(key), slots);
    }

    private int next(int at) {
        return at + 2 == entries.length ? 0 : at + 2;
    }
}
