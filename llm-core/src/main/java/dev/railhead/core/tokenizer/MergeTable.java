package dev.railhead.core.tokenizer;

import java.util.Arrays;

/// Which two neighbouring symbols may merge, how early, and into what: an open-addressing hash table from pairs of ids,
/// 32 bytes a pair.
final class MergeTable {
    /// The answer for pairs that don't merge.
    static final long NONE = -1;

    private static final long EMPTY = -1; // ids are not negative, so no pair has this key

    /// Slots per pair. With fewer, the search for a pair that doesn't merge, which most are, takes longer.
    private static final int SPREAD = 2;

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
        int at = find(key);
        if (entries[at] != EMPTY) {
            return false;
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
        int at = find(key(left, right));
        return entries[at] == EMPTY ? NONE : entries[at + 1];
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

    /// Where a pair is, or the empty place where it would be.
    private int find(long key) {
        int at = 2 * SeededHash.slot(hash.of(key), slots);
        while (entries[at] != EMPTY && entries[at] != key) {
            at = at + 2 == entries.length ? 0 : at + 2;
        }
        return at;
    }
}
