package dev.railhead.gguf.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Damages the bytes of a file. Places are found by the name of a key or tensor. Patches change this object.
public final class BytePatcher {
    private byte[] bytes;

    /// @param bytes copied
    public BytePatcher(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    /// The patched bytes.
    public byte[] bytes() {
        return bytes.clone();
    }

    /// Number of bytes.
    public int size() {
        return bytes.length;
    }

    /// Offset of the first length-prefixed string of this text: the start of the entry of a key or tensor.
    public int entry(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        byte[] wanted = ByteBuffer.allocate(8 + text.length).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length)
                .put(text).array();
        for (int at = 0; at + wanted.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new IllegalArgumentException("no entry '" + name + "'");
    }

    /// Offset of what follows the name: the value type of a key, the number of dimensions of a tensor.
    public int afterName(String name) {
        return entry(name) + 8 + name.getBytes(StandardCharsets.UTF_8).length;
    }

    /// Overwrites a byte.
    public BytePatcher int8(int at, int value) {
        bytes[at] = (byte) value;
        return this;
    }

    /// Overwrites four bytes.
    public BytePatcher int32(int at, int value) {
        buffer().putInt(at, value);
        return this;
    }

    /// Overwrites eight bytes.
    public BytePatcher int64(int at, long value) {
        buffer().putLong(at, value);
        return this;
    }

    /// Overwrites bytes.
    public BytePatcher put(int at, byte[] value) {
        System.arraycopy(value, 0, bytes, at, value.length);
        return this;
    }

    /// Four bytes.
    public int int32(int at) {
        return buffer().getInt(at);
    }

    /// Cuts off what comes after.
    public BytePatcher truncate(int size) {
        bytes = Arrays.copyOf(bytes, size);
        return this;
    }

    /// Adds bytes at the end.
    public BytePatcher append(byte[] more) {
        int size = bytes.length;
        bytes = Arrays.copyOf(bytes, size + more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        return this;
    }

    /// Writes the bytes to a file.
    public Path write(Path path) {
        try {
            return Files.write(path, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
