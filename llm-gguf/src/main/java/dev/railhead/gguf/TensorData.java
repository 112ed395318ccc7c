package dev.railhead.gguf;

import dev.railhead.gguf.block.BlockType;
import java.lang.foreign.MemorySegment;

/// Where a [GgufWriter] takes the bytes of a tensor from, piece by piece, so that they need not be in memory at once.
@FunctionalInterface
public interface TensorData {
    /// Gives the next piece.
    ///
    /// @param offset of the piece in the tensor, in bytes; a multiple of a row, growing from 0
    /// @param out to be filled: whole rows
    void read(long offset, MemorySegment out);

    /// Bytes that are there already.
    static TensorData of(MemorySegment bytes) {
        return (offset, out) -> out.copyFrom(bytes.asSlice(offset, out.byteSize()));
    }

    /// Values that are encoded row by row.
    ///
    /// @param type the tensor's type
    /// @param columns values per row
    /// @param rows gives the values
    static TensorData encoded(BlockType type, int columns, Rows rows) {
        long rowBytes = type.bytes(columns);
        float[] values = new float[columns];
        return (offset, out) -> {
            for (long at = 0; at < out.byteSize(); at += rowBytes) {
                rows.row((offset + at) / rowBytes, values);
                type.encode(values, 0, columns, out, at);
            }
        };
    }

    /// Gives the values of a matrix row by row.
    @FunctionalInterface
    interface Rows {
        /// @param row growing from 0
        /// @param out receives the values
        void row(long row, float[] out);
    }
}
