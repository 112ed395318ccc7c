package dev.railhead.core.text;

import java.util.List;

/// Finds which of many strings ends at a place of a text, one char at a time: the automaton of Aho and Corasick,
/// "Efficient String Matching", 1975. Immutable. A state is the longest suffix of the text that begins a string.
///
/// Time and memory are linear in the strings' total length, at most 70 bytes a char: transitions are kept in an open
/// hash table, not in an array per state.
final class StopAutomaton {
    static final int START = 0;
    /// Bounds the memory to 300 MB.
    static final int MAX_TOTAL_CHARS = 1 << 22;

    private final long[] edges; // state · 2^16 + char
    private final int[] targets; // 0 where the slot is free: no edge leads to the start
    private final int[] fallback; // the longest proper suffix that is a state too
    private final int[] depth; // chars
    private final int[] match; // length of the longest string that is a suffix, or 0

    StopAutomaton(List<String> strings) {
        int maxStates = 1 + checkedLength(strings);
        edges = new long[Integer.highestOneBit(maxStates) * 4];
        targets = new int[edges.length];
        fallback = new int[maxStates];
        depth = new int[maxStates];
        match = new int[maxStates];

        int[] parent = new int[maxStates];
        char[] last = new char[maxStates];
        int states = 1;
        for (String string : strings) {
            int state = START;
            for (int i = 0; i < string.length(); i++) {
                int slot = slot(state, string.charAt(i));
                if (targets[slot] == 0) {
                    edges[slot] = edge(state, string.charAt(i));
                    parent[states] = state;
                    last[states] = string.charAt(i);
                    depth[states] = i + 1;
                    targets[slot] = states++;
                }
                state = targets[slot];
            }
            match[state] = string.length();
        }
        link(parent, last, states);
    }

    /// Sets the fallbacks, shorter states first: a fallback is shorter than its state.
    private void link(int[] parent, char[] last, int states) {
        for (int state : byDepth(states)) {
            if (depth[state] > 1) {
                fallback[state] = next(fallback[parent[state]], last[state]);
            }
            if (match[state] == 0) {
                match[state] = match[fallback[state]];
            }
        }
    }

    private int[] byDepth(int states) {
        int[] begin = new int[depth.length + 1];
        for (int state = 0; state < states; state++) {
            begin[depth[state] + 1]++;
        }
        for (int d = 1; d < begin.length; d++) {
            begin[d] += begin[d - 1];
        }
        int[] order = new int[states];
        for (int state = 0; state < states; state++) {
            order[begin[depth[state]]++] = state;
        }
        return order;
    }

    /// The state after one more char. Constant time on average over a text.
    int next(int state, char c) {
        for (int from = state;; from = fallback[from]) {
            int target = targets[slot(from, c)];
            if (target != 0 || from == START) {
                return target;
            }
        }
    }

    /// Number of chars at the end of the text that may begin a string.
    int depth(int state) {
        return depth[state];
    }

    /// Length of the longest string that ends here, or 0.
    int match(int state) {
        return match[state];
    }

    private int slot(int state, char c) {
        long edge = edge(state, c);
        int mask = edges.length - 1;
        int slot = (int) (edge * 0x9E3779B97F4A7C15L >>> 32) & mask;
        while (targets[slot] != 0 && edges[slot] != edge) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private static long edge(int state, char c) {
        return (long) state << 16 | c;
    }

    private static int checkedLength(List<String> strings) {
        long total = 0;
        for (int i = 0; i < strings.size(); i++) {
            String string = strings.get(i);
            if (string.isEmpty()) {
                throw new IllegalArgumentException("stop string " + i + ": expected a text, found an empty one");
            }
            if (string.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
                throw new IllegalArgumentException(
                        "stop string " + i + ": expected whole characters, found half a surrogate pair");
            }
            total += string.length();
        }
        if (total > MAX_TOTAL_CHARS) {
            throw new IllegalArgumentException("stop strings: expected at most " + MAX_TOTAL_CHARS
                    + " chars together, found " + total);
        }
        return (int) total;
    }
}
