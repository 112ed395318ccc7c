package dev.railhead.cpu.packed;

import dev.railhead.spi.Tensor;
import dev.railhead.spi.WeightType;
import java.lang.foreign.MemorySegment;

/// Rows of a panel as the file has them, copied out of it in runs from left to right: whole rows unless they are very long,
/// so that memory stays bounded and neighbouring rows are one read.
final class PanelBytes {
    /// Bytes of a run: half of a second level cache, from which it is decoded.
    private static final int MAX_BYTES = 1 << 19;

    private final Tensor tensor;
    private final WeightType type;
    private final int columns;
    private final int chunkLength;
    private final int runLength; // of the last one less

    /// Row r of the run begins at `r · rowBytes()`.
    final byte[] bytes;

    /// The same bytes.
    final MemorySegment segment;

    private int rowBytes;

    /// @param chunkLength values of a row that are decoded at once; a run is a multiple of it
    PanelBytes(Tensor tensor, int chunkLength) {
        this.tensor = tensor;
        this.chunkLength = chunkLength;
        type = tensor.type();
        columns = Math.toIntExact(tensor.columns());
        long chunks = MAX_BYTES / PackedMatrix.PANEL / type.bytes(chunkLength);
        runLength = (int) Math.min(columns, Math.max(1, chunks) * chunkLength);
        bytes = new byte[Math.toIntExact(type.bytes(runLength) * PackedMatrix.PANEL)];
        segment = MemorySegment.ofArray(bytes);
    }

    /// Bytes of a row of the run.
    int rowBytes() {
        return rowBytes;
    }

    /// Packs a chunk of a panel.
    @FunctionalInterface
    interface Chunk {
        /// @param from first value of each row
        /// @param inRun the same, counted from the beginning of the run
        /// @param length number of values of each row
        /// @return false if a form can't hold a value
        boolean pack(int from, int inRun, int length);
    }

    /// Reads a panel and packs it chunk by chunk.
    ///
    /// @param firstRow first row of the panel
    /// @param rowCount rows that exist
    /// @return false if a chunk can't hold a value
    boolean pack(int firstRow, int rowCount, Chunk chunk) {
        boolean exact = true;
        for (int run = 0; run < columns; run += runLength) {
            read(firstRow, rowCount, run);
            int end = Math.min(columns, run + runLength);
            for (int from = run; from < end; from += chunkLength) {
                exact &= chunk.pack(from, from - run, Math.min(chunkLength, end - from));
            }
        }
        return exact;
    }

    private void read(int firstRow, int rowCount, int from) {
        int length = Math.min(runLength, columns - from);
        rowBytes = Math.toIntExact(type.bytes(length));
        long first = type.bytes((long) firstRow * columns + from);
        if (length == columns) {
            tensor.read(first, bytes, 0, rowCount * rowBytes);
        } else {
            long pitch = type.bytes(columns);
            for (int r = 0; r < rowCount; r++) {
                tensor.read(first + r * pitch, bytes, r * rowBytes, rowBytes);
            }
        }
    }

    /// Where a row's value is in the bytes.
    ///
    /// @param k counted from the beginning of the run
    int at(int row, int k) {
        return row * rowBytes + (int) type.bytes(k);
    }
}
