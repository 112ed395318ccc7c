package dev.railhead.spi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// A tensor of a model file.
///
/// @param name GGUF's name, for example `blk.0.attn_q.weight`
/// @param type how its values are stored
/// @param shape GGUF's order: `shape[0]` is the contiguous row length (inner dimension), then the rows
/// @param data exactly the bytes of the tensor, read-only. Of a mapped file every page that is touched counts as resident
///     until the file is closed, so who takes a copy uses [#read].
/// @param file the file it is from, for messages
/// @param reader copies the same bytes out of the file
public record Tensor(String name, WeightType type, long[] shape, MemorySegment data, String file, Reader reader) {
    /// Copies bytes of a tensor. Safe for use by several threads.
    @FunctionalInterface
    public interface Reader {
        /// Fills a part of an array.
        ///
        /// @param offset of the first byte, in the tensor
        /// @param out receives the bytes
        /// @param at where in `out` to begin
        /// @param count number of bytes
        /// @throws dev.railhead.ModelFileChangedException if part of the file is gone
        /// @throws dev.railhead.ModelLoadException if the file can't be read
        void read(long offset, byte[] out, int at, int count);
    }

    /// A tensor in memory.
    ///
    /// @param name GGUF's name
    /// @param type how its values are stored
    /// @param shape GGUF's order
    /// @param data exactly the bytes of the tensor
    /// @param file the file it is from, for messages
    public Tensor(String name, WeightType type, long[] shape, MemorySegment data, String file) {
        this(name, type, shape, data, file,
                (offset, out, at, count) -> MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset, out, at, count));
    }

    /// Copies bytes of the tensor without leaving its file's pages in memory, as [Reader#read].
    public void read(long offset, byte[] out, int at, int count) {
        reader.read(offset, out, at, count);
    }

    /// This tensor with another way to copy its bytes.
    public Tensor withReader(Reader other) {
        return new Tensor(name, type, shape, data, file, other);
    }

    /// Values per row, `shape[0]`.
    public long columns() {
        return shape[0];
    }

    /// Number of rows: the product of the other dimensions.
    public long rows() {
        return elements() / shape[0];
    }

    /// Number of values.
    public long elements() {
        long n = 1;
        for (long dimension : shape) {
            n *= dimension;
        }
        return n;
    }

    /// A part of the rows as a matrix of its own, without copying.
    ///
    /// @param newName what messages call it
    /// @param from first row
    /// @param count number of rows
    public Tensor slice(String newName, long from, long count) {
        long rowBytes = type.bytes(columns());
        long first = from * rowBytes;
        return new Tensor(newName, type, new long[]{columns(), count}, data.asSlice(first, count * rowBytes), file,
                (offset, out, at, n) -> reader.read(first + offset, out, at, n));
    }

    @Override
    public String toString() {
        return "tensor '" + name + "' of " + file + " (" + type.name() + " " + Arrays.toString(shape) + ")";
    }
}
