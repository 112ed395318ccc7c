package dev.railhead.spi;

import java.lang.foreign.MemorySegment;

/// The KV cache as the rows of a step see it: each row belongs to a sequence, whose pages it reads from position 0 up
/// to
/// its own. Rows of one sequence are in the order of their positions. Read by many threads during a step.
public interface KvRows {
    /// How a page is laid out.
    KvLayout layout();

    /// The position of a row in its sequence.
    int position(int row);

    /// A page of a row's sequence.
    ///
    /// @param row row of the step
    /// @param page position / [KvLayout#PAGE_LENGTH]
    MemorySegment page(int row, int page);
}
