package dev.railhead.core.tokenizer;

import org.jspecify.annotations.Nullable;

/// The tokens of words seen lately, for all threads: a fixed number of slots, a new word takes the slot of an old one.
///
/// Slots are read and written without synchronisation. Entries are immutable, so a race costs at most one more encoding.
final class WordCache {
    private static final int SLOTS = 1 << 14;
    private static final int MAX_LENGTH = 32; // longer words rarely come again

    private record Entry(String word, int[] tokens) {}

    private final @Nullable Entry[] slots = new Entry[SLOTS];

    /// The tokens of a stretch of text, or null. Not to be modified.
    int @Nullable [] find(String text, int from, int to) {
        if (to - from > MAX_LENGTH) {
            return null;
        }
        Entry entry = slots[slot(text, from, to)];
        return entry != null && entry.word.length() == to - from && text.regionMatches(from, entry.word, 0, to - from)
                ? entry.tokens
                : null;
    }

    /// Remembers the tokens of a stretch of text: those of `out` from index `begin` on.
    void put(String text, int from, int to, TokenList out, int begin) {
        if (to - from <= MAX_LENGTH) {
            slots[slot(text, from, to)] = new Entry(text.substring(from, to), out.tail(begin));
        }
    }

    private static int slot(String text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + text.charAt(i);
        }
        hash *= 0x9E3779B9;
        return hash >>> 18;
    }
}
