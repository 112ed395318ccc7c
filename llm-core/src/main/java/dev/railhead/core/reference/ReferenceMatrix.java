package dev.railhead.core.reference;

import dev.railhead.spi.Tensor;
import dev.railhead.spi.WeightType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A matrix in its file's layout, decoded row by row.
final class ReferenceMatrix implements PlainMatrix {
    private final String name;
    private final WeightType type;
    private final MemorySegment data;
    private final int rows;
    private final int columns;
    private final long bytes;

    /// @param tensor gives name, type and shape
    /// @param data the tensor's bytes, or a copy
    /// @param bytes anonymous memory taken
    ReferenceMatrix(Tensor tensor, MemorySegment data, long bytes) {
        name = tensor.name();
        type = tensor.type();
        this.data = data;
        rows = Math.toIntExact(tensor.rows());
        columns = Math.toIntExact(tensor.columns());
        this.bytes = bytes;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void row(int row, float[] out, int offset) {
        type.decode(data, row * type.bytes(columns), out, offset, columns);
    }

    @Override
    public WeightType type() {
        return type;
    }

    @Override
    public void codes(int row, byte[] codes, float[] scales, float[] mins) {
        FileRows.codes(type, data, row, columns, codes, scales, mins);
    }
}
