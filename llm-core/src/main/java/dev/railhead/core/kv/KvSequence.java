package dev.railhead.core.kv;

import dev.railhead.spi.KvLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The page table of one sequence: page i holds the positions from `i · PAGE_LENGTH` on. Changed by the session that
/// owns
/// it, between steps; read by many threads during one.
public final class KvSequence implements AutoCloseable {
    private final KvPool pool;
    private final List<MemorySegment> pages = new ArrayList<>();
    private @Nullable Source source;

    /// An empty sequence.
    public KvSequence(KvPool pool) {
        this.pool = pool;
    }

    /// The pool its pages are from.
    public KvPool pool() {
        return pool;
    }

    /// Reads a source text from now on, in a model that has cross-attention.
    ///
    /// @param text null for none; stays its owner's
    public void read(@Nullable Source text) {
        source = text;
    }

    /// The source text that this sequence reads.
    Source source() {
        return Objects.requireNonNull(source, "source: expected a source text before the decoder runs");
    }

    /// Takes pages until `length` positions fit.
    ///
    /// @throws dev.railhead.InsufficientMemoryException if the budget is used up; what was taken stays
    public void reserve(int length) {
        while (pages.size() * (long) KvLayout.PAGE_LENGTH < length) {
            pages.add(pool.take());
        }
    }

    /// Gives back the pages that hold no position below `length`.
    public void truncate(int length) {
        int keep = Math.ceilDiv(length, KvLayout.PAGE_LENGTH);
        while (pages.size() > keep) {
            pool.give(pages.removeLast());
        }
    }

    MemorySegment page(int layer, int index) {
        return pages.get(index); // a page holds all layers
    }

    @Override
    public void close() {
        truncate(0);
    }
}
