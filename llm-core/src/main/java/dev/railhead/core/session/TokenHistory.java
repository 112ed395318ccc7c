package dev.railhead.core.session;

import java.util.Arrays;

/// The tokens of a session: a growing array of int.
final class TokenHistory {
    private int[] tokens = new int[64];
    private int size;

    int size() {
        return size;
    }

    int get(int index) {
        return tokens[index];
    }

    void add(int token) {
        if (size == tokens.length) {
            tokens = Arrays.copyOf(tokens, size * 2);
        }
        tokens[size++] = token;
    }

    void truncate(int newSize) {
        size = Math.min(size, newSize);
    }

    int[] toArray() {
        return Arrays.copyOf(tokens, size);
    }
}
