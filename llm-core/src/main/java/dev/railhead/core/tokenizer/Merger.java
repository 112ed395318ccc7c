package dev.railhead.core.tokenizer;

import java.util.Arrays;

/// The merge loop of both algorithms: while any two neighbours may merge, the pair of the lowest rank does, the
/// leftmost
/// of equals first. O(n log n) in the number of symbols. Keeps its buffers for the next word; used by one thread.
final class Merger {
    private static final int DEAD = -2;

    private final MergeTable table;
    private int[] ids = new int[64]; // by position of the symbol's first character; DEAD once merged into its left neighbour
    private int[] next = new int[64];
    private int[] previous = new int[64];
    private long[] heap = new long[64]; // candidates: rank in the high half, left position in the low half
    private int heapSize;
    private int count;

    Merger(MergeTable table) {
        this.table = table;
    }

    /// Begins a word.
    void clear() {
        count = 0;
    }

    /// Appends a symbol.
    ///
    /// @param id its id in the pair table, negative if it merges with nothing
    void append(int id) {
        if (count == ids.length) {
            int capacity = count * 2;
            ids = Arrays.copyOf(ids, capacity);
            next = Arrays.copyOf(next, capacity);
            previous = Arrays.copyOf(previous, capacity);
        }
        ids[count++] = id;
    }

    /// Merges until nothing merges any more.
    void merge() {
        heapSize = 0;
        for (int i = 0; i < count; i++) {
            previous[i] = i - 1;
            next[i] = i + 1;
            if (i > 0) {
                propose(i - 1, i);
            }
        }
        while (heapSize > 0) {
            long candidate = pop();
            int left = (int) candidate;
            int right = next[left];
            if (ids[left] == DEAD || right >= count) {
                continue;
            }
            // A candidate is stale if its symbols have changed since. Looking the pair up again finds out: the present
            // pair having this rank makes it the right merge, whichever candidate brought us here.
            long entry = table.find(ids[left], ids[right]);
            if (entry == MergeTable.NONE || MergeTable.rank(entry) != (int) (candidate >>> 32)) {
                continue;
            }
            ids[left] = MergeTable.merged(entry);
            ids[right] = DEAD;
            next[left] = next[right];
            if (next[left] < count) {
                previous[next[left]] = left;
                propose(left, next[left]);
            }
            if (previous[left] >= 0) {
                propose(previous[left], left);
            }
        }
    }

    /// Number of symbols that were appended; positions go from 0 to this − 1.
    int count() {
        return count;
    }

    /// The id of the symbol that begins at a position.
    int id(int position) {
        return ids[position];
    }

    /// The position of the symbol after this one, [#count()] at the end.
    int next(int position) {
        return next[position];
    }

    private void propose(int left, int right) {
        long entry = table.find(ids[left], ids[right]);
        if (entry != MergeTable.NONE) {
            push((long) MergeTable.rank(entry) << 32 | left);
        }
    }

    private void push(long candidate) {
        if (heapSize == heap.length) {
            heap = Arrays.copyOf(heap, heapSize * 2);
        }
        int i = heapSize++;
        while (i > 0) {
            int parent = i - 1 >>> 1;
            if (heap[parent] <= candidate) {
                break;
            }
            heap[i] = heap[parent];
            i = parent;
        }
        heap[i] = candidate;
    }

    private long pop() {
        long top = heap[0];
        long last = heap[--heapSize];
        int i = 0;
        while (true) {
            int child = 2 * i + 1;
            if (child >= heapSize) {
                break;
            }
            if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
                child++;
            }
            if (last <= heap[child]) {
                break;
            }
            heap[i] = heap[child];
            i = child;
        }
        heap[i] = last;
        return top;
    }
}
