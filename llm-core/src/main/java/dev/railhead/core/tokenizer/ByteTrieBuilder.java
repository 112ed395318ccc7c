package dev.railhead.core.tokenizer;

import java.util.Arrays;

/// Lays out a [ByteTrie]: sorts the texts by one byte after the other, and at once gives each node's children slots.
///
/// Nodes with one child, which most are, take the first free slot. Those with more look at a few free slots, the newest
/// first since these have the most free neighbours, then open a block of their own. So building takes linear time, and
/// 3 % of the slots of a vocabulary of 250,000 tokens stay free.
final class ByteTrieBuilder {
    static final int BLOCK = 256;

    /// Free slots that a node with several children looks at.
    private static final int TRIES = 32;

    /// A range of ids below which insertion is quicker than counting all 256 bytes.
    private static final int FEW = 24;

    private static final int NONE = -1;
    private static final int FREE = -1; // parent of a free slot
    private static final int NO_PARENT = -2; // of the root

    private final byte[] texts;
    private final int[] offsets; // text i is texts[offsets[i]] to texts[offsets[i + 1]], exclusive

    private int slots;
    private int[] parents = new int[0];
    private int[] bases = new int[0];
    private int[] tokens = new int[0];
    private int[] nextFree = new int[0]; // by free slot, NONE at the end
    private int[] previousFree = new int[0];
    private int firstFree = NONE;
    private int lastFree = NONE;

    private int[] ids = new int[0];
    private int[] sorted = new int[0];
    private final int[] ends = new int[BLOCK];

    private int[] pending = new int[64]; // node, from, to, depth of ranges of ids not laid out yet
    private int pendingSize;

    ByteTrieBuilder(byte[] texts, int[] offsets) {
        this.texts = texts;
        this.offsets = offsets;
    }

    /// @param included ids of texts, ascending, none of them empty
    ByteTrie build(int[] included) {
        ids = included;
        sorted = new int[ids.length];
        addBlock();
        occupy(ByteTrie.ROOT, NO_PARENT);
        push(ByteTrie.ROOT, 0, ids.length, 0);
        while (pendingSize > 0) {
            pendingSize -= 4;
            layOut(pending[pendingSize], pending[pendingSize + 1], pending[pendingSize + 2], pending[pendingSize + 3]);
        }
        return ByteTrie.of(Arrays.copyOf(parents, slots), bases, Arrays.copyOf(tokens, slots));
    }

    /// Places the children of a node.
    ///
    /// @param from first of the ids whose texts go through the node
    /// @param to end of these, exclusive
    /// @param depth how many bytes they have in common
    private void layOut(int node, int from, int to, int depth) {
        int first = takeEnding(node, from, to, depth);
        if (first == to) {
            return;
        }
        sort(first, to, depth);
        int base = base(first, to, depth);
        bases[node] = base;
        for (int i = first; i < to;) {
            int label = label(ids[i], depth);
            int end = i + 1;
            while (end < to && label(ids[end], depth) == label) {
                end++;
            }
            occupy(base ^ label, node);
            push(base ^ label, i, end, depth + 1);
            i = end;
        }
    }

    /// Moves the ids whose texts end here to the front and gives the node the lowest of them.
    ///
    /// @return the first of the others
    private int takeEnding(int node, int from, int to, int depth) {
        int first = from;
        for (int i = from; i < to; i++) {
            int id = ids[i];
            if (offsets[id + 1] - offsets[id] == depth) {
                tokens[node] = tokens[node] < 0 ? id : Math.min(tokens[node], id);
                ids[i] = ids[first];
                ids[first++] = id;
            }
        }
        return first;
    }

    private int label(int id, int depth) {
        return texts[offsets[id] + depth] & 0xFF;
    }

    /// Sorts ids by one byte of their texts.
    private void sort(int from, int to, int depth) {
        if (to - from < FEW) {
            for (int i = from + 1; i < to; i++) {
                int id = ids[i];
                int label = label(id, depth);
                int at = i;
                for (; at > from && label(ids[at - 1], depth) > label; at--) {
                    ids[at] = ids[at - 1];
                }
                ids[at] = id;
            }
            return;
        }
        Arrays.fill(ends, 0);
        for (int i = from; i < to; i++) {
            ends[label(ids[i], depth)]++;
        }
        for (int label = 1; label < BLOCK; label++) {
            ends[label] += ends[label - 1];
        }
        for (int i = from; i < to; i++) {
            sorted[--ends[label(ids[i], depth)]] = ids[i];
        }
        System.arraycopy(sorted, 0, ids, from, to - from);
    }

    /// A base at which the labels of some sorted ids all meet free slots.
    private int base(int from, int to, int depth) {
        int label = label(ids[from], depth);
        if (label == label(ids[to - 1], depth)) {
            if (firstFree == NONE) {
                addBlock();
            }
            return firstFree ^ label;
        }
        int slot = lastFree;
        for (int i = 0; i < TRIES && slot != NONE; i++) {
            if (fits(slot ^ label, from, to, depth)) {
                return slot ^ label;
            }
            slot = previousFree[slot];
        }
        return addBlock();
    }

    private boolean fits(int base, int from, int to, int depth) {
        for (int i = from; i < to; i++) {
            int slot = base ^ label(ids[i], depth);
            if (parents[slot] != FREE) {
                return false;
            }
        }
        return true;
    }

    /// Adds a block of free slots.
    ///
    /// @return the first of them
    private int addBlock() {
        int begin = slots;
        slots = Math.addExact(slots, BLOCK);
        if (slots > parents.length) {
            int capacity = Math.max(slots, slots + (slots >> 1));
            parents = Arrays.copyOf(parents, capacity);
            bases = Arrays.copyOf(bases, capacity);
            tokens = Arrays.copyOf(tokens, capacity);
            nextFree = Arrays.copyOf(nextFree, capacity);
            previousFree = Arrays.copyOf(previousFree, capacity);
        }
        for (int slot = begin; slot < slots; slot++) {
            parents[slot] = FREE;
            tokens[slot] = NONE;
            nextFree[slot] = NONE;
            previousFree[slot] = lastFree;
            if (lastFree == NONE) {
                firstFree = slot;
            } else {
                nextFree[lastFree] = slot;
            }
            lastFree = slot;
        }
        return begin;
    }

    private void occupy(int slot, int parent) {
        int next = nextFree[slot];
        int previous = previousFree[slot];
        if (next == NONE) {
            lastFree = previous;
        } else {
            previousFree[next] = previous;
        }
        if (previous == NONE) {
            firstFree = next;
        } else {
            nextFree[previous] = next;
        }
        parents[slot] = parent;
    }

    private void push(int node, int from, int to, int depth) {
        if (pendingSize == pending.length) {
            pending = Arrays.copyOf(pending, pendingSize * 2);
        }
        pending[pendingSize++] = node;
        pending[pendingSize++] = from;
        pending[pendingSize++] = to;
        pending[pendingSize++] = depth;
    }
}
