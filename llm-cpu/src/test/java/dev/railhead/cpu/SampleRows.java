package dev.railhead.cpu;

import dev.railhead.KvCacheType;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.KvRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Rows of sequences with pages of their own; row r is at `positions[r]` of sequence `sequences[r]`.
record SampleRows(KvLayout layout, MemorySegment[][] pages, int[] sequences, int[] positions) implements KvRows {
    /// Two layers of a shape.
    static KvLayout layout(AttentionShape shape, KvCacheType type) {
        int[] two = {shape.kvHeadCount(), shape.kvHeadCount()};
        return new KvLayout(two, new int[]{shape.keyLength(), shape.keyLength()},
                new int[]{shape.valueLength(), shape.valueLength()}).withType(type);
    }

    /// Pages full of bits that are NaN as a number and as a scale of any type, so that a read of what no position has
    /// written shows.
    static MemorySegment[][] pages(KvLayout layout, int sequences, int pages, Arena arena) {
        MemorySegment[][] all = new MemorySegment[sequences][pages];
        for (MemorySegment[] sequence : all) {
            for (int p = 0; p < pages; p++) {
                sequence[p] = arena.allocate(layout.pageBytes(), 64).fill((byte) 0xFF);
            }
        }
        return all;
    }

    @Override
    public int position(int row) {
        return positions[row];
    }

    @Override
    public int length(int row) {
        int length = 0;
        for (int r = 0; r < positions.length; r++) {
            length = sequences[r] == sequences[row] ? Math.max(length, positions[r] + 1) : length;
        }
        return length;
    }

    @Override
    public MemorySegment page(int layer, int row, int page) {
        return pages[sequences[row]][page];
    }
}
