package dev.railhead.spi;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A tensor of a model file.
///
/// @param name GGUF's name, for example `blk.0.attn_q.weight`
/// @param type how its values are stored
/// @param shape GGUF's order: `shape[0]` is the contiguous row length (inner dimension), then the rows
/// @param data exactly the bytes of the tensor, read-only
/// @param file the file it is from, for messages
public record Tensor(String name, WeightType type, long[] shape, MemorySegment data, String file) {
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
        return new Tensor(newName, type, new long[]{columns(), count}, data.asSlice(from * rowBytes, count * rowBytes),
                file);
    }

    @Override
    public String toString() {
        return "tensor '" + name + "' of " + file + " (" + type.name() + " " + Arrays.toString(shape) + ")";
    }
}
