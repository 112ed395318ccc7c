package dev.railhead.cpu.packed;

import dev.railhead.cpu.simd.Width;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// A chunk of a panel of 32-bit words on the way from rows to columns: a float each, or two halves.
final class PanelWords {
    /// Words of a row.
    static final int LENGTH = PackedMatrix.CHUNK;

    /// Words from one row to the next: not a power of two, or all rows would fall into the same few sets of the cache.
    private static final int PITCH = LENGTH + 16;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(Width.ORDER);

    private final int[] rows = new int[PackedMatrix.PANEL * PITCH];
    private final int[] columns = new int[LENGTH * PackedMatrix.PANEL];

    /// Makes rows zeros.
    void clearFrom(int row) {
        Arrays.fill(rows, row * PITCH, rows.length, 0);
    }

    /// Takes a row's words from bytes.
    void set(int row, MemorySegment bytes, long at, int count) {
        MemorySegment.copy(bytes, INT, at, rows, row * PITCH, count);
    }

    void set(int row, int k, int word) {
        rows[row * PITCH + k] = word;
    }

    /// Whether any word of a row passes a test.
    int get(int row, int k) {
        return rows[row * PITCH + k];
    }

    /// Writes `int[count][PANEL]`.
    void store(int count, MemorySegment out, long at) {
        for (int k = 0; k < count; k++) {
            column(rows, k, columns, k * PackedMatrix.PANEL);
        }
        MemorySegment.copy(columns, 0, out, INT, at, count * PackedMatrix.PANEL);
    }

    private static void column(int[] rows, int k, int[] out, int to) {
        for (int r = 0; r < PackedMatrix.PANEL; r++) {
            out[to + r] = rows[r * PITCH + k];
        }
    }
}
