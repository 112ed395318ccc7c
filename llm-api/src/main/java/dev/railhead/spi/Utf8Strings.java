package dev.railhead.spi;

import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/// The strings of a metadata array as one block of UTF-8: 4 bytes a string beside its text, where an object each would
/// take 40 and more. Each look at a string decodes it anew; bytes that are no UTF-8 become U+FFFD then.
///
/// Immutable, so any thread may read it, and a tokenizer may share it with the metadata it came from.
public final class Utf8Strings extends AbstractList<String> implements RandomAccess {
    private final byte[] bytes;
    private final int[] offsets; // [size + 1]: string i is bytes[offsets[i]] to bytes[offsets[i + 1]], exclusive

    /// Wraps what a reader of a file has put together.
    ///
    /// @param bytes the UTF-8 of all strings, one after the other; not copied
    /// @param offsets where each string begins, and the end of the last; not copied
    /// @throws IllegalArgumentException if the offsets do not go from 0 up to the number of bytes
    public Utf8Strings(byte[] bytes, int[] offsets) {
        boolean ascending = offsets.length > 0 && offsets[0] == 0 && offsets[offsets.length - 1] == bytes.length;
        for (int i = 1; ascending && i < offsets.length; i++) {
            ascending = offsets[i - 1] <= offsets[i];
        }
        if (!ascending) {
            throw new IllegalArgumentException("offsets: expected ascending ones from 0 to " + bytes.length
                    + ", found others");
        }
        this.bytes = bytes;
        this.offsets = offsets;
    }

    /// Encodes strings.
    public static Utf8Strings of(String... strings) {
        byte[][] encoded = Arrays.stream(strings).map(s -> s.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
        int[] offsets = new int[encoded.length + 1];
        for (int i = 0; i < encoded.length; i++) {
            offsets[i + 1] = Math.addExact(offsets[i], encoded[i].length);
        }
        byte[] bytes = new byte[offsets[encoded.length]];
        for (int i = 0; i < encoded.length; i++) {
            System.arraycopy(encoded[i], 0, bytes, offsets[i], encoded[i].length);
        }
        return new Utf8Strings(bytes, offsets);
    }

    @Override
    public int size() {
        return offsets.length - 1;
    }

    @Override
    public String get(int index) {
        return new String(bytes, offsets[index], byteLength(index), StandardCharsets.UTF_8);
    }

    /// Length of a string in bytes.
    public int byteLength(int index) {
        return offsets[index + 1] - offsets[index];
    }

    /// Length of all strings in bytes.
    public int byteLength() {
        return bytes.length;
    }

    /// The bytes of a string, as they are in the file.
    public byte[] bytes(int index) {
        return Arrays.copyOfRange(bytes, offsets[index], offsets[index + 1]);
    }

    /// Whether a string has exactly the bytes `utf8[from]` to `utf8[to]`, exclusive.
    public boolean matches(int index, byte[] utf8, int from, int to) {
        return Arrays.equals(bytes, offsets[index], offsets[index + 1], utf8, from, to);
    }
}
