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

    /// How many positions of a row's sequence have keys and values once the whole step has stored its own.
    int length(int row);

    /// The page of a row's sequence that holds the keys and values of a layer.
    ///
    /// @param layer as in [#layout()]
    /// @param row row of the step
    /// @param page position / [KvLayout#PAGE_LENGTH]; of a layer with a window only the pages that a row of the step may see
    MemorySegment page(int layer, int row, int page);
}
