package dev.railhead.core.tokenizer;

import java.util.Arrays;

/// A growing array of bytes.
final class Utf8Buffer {
    /// What the JVM can allocate at most.
    private static final int MAX = Integer.MAX_VALUE - 8;

    private byte[] bytes;
    private int size;

    Utf8Buffer(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    /// The array itself, [#size()] bytes of it used; valid until the next append.
    byte[] array() {
        return bytes;
    }

    int size() {
        return size;
    }

    /// Forgets the bytes from an index on.
    void truncate(int newSize) {
        size = newSize;
    }

    /// Appends `from[begin]` to `from[end]`, exclusive.
    void append(byte[] from, int begin, int end) {
        reserve(end - begin);
        System.arraycopy(from, begin, bytes, size, end - begin);
        size += end - begin;
    }

    /// Appends a character.
    void appendCodePoint(int c) {
        reserve(4);
        if (c < 0x80) {
            bytes[size++] = (byte) c;
        } else if (c < 0x800) {
            bytes[size++] = (byte) (0xC0 | c >> 6);
            bytes[size++] = (byte) (0x80 | c & 0x3F);
        } else if (c < 0x10000) {
            bytes[size++] = (byte) (0xE0 | c >> 12);
            bytes[size++] = (byte) (0x80 | c >> 6 & 0x3F);
            bytes[size++] = (byte) (0x80 | c & 0x3F);
        } else {
            bytes[size++] = (byte) (0xF0 | c >> 18);
            bytes[size++] = (byte) (0x80 | c >> 12 & 0x3F);
            bytes[size++] = (byte) (0x80 | c >> 6 & 0x3F);
            bytes[size++] = (byte) (0x80 | c & 0x3F);
        }
    }

    /// Length of the character that a byte begins; 1 for bytes that begin none.
    static int characterLength(byte first) {
        return first >= 0 || (first & 0x40) == 0 ? 1 : Math.min(4, Integer.numberOfLeadingZeros(~first << 24));
    }

    private void reserve(int more) {
        if (more > bytes.length - size) {
            long needed = (long) size + more;
            bytes = Arrays.copyOf(bytes, Math.toIntExact(Math.max(needed, Math.min(MAX, size * 2L))));
        }
    }
}
