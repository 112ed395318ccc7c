package dev.railhead.core.kv;

import dev.railhead.ClosedException;
import dev.railhead.InsufficientMemoryException;
import dev.railhead.spi.KvLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/// The pages of all sequences of a model. Pages that sequences give back are used again; all memory is freed when the
/// pool is closed. Thread-safe.
public final class KvPool implements AutoCloseable {
    /// The alignment of a page: that of the widest vectors, and a cache line.
    private static final long ALIGNMENT = 64;

    private final KvLayout layout;
    private final long budget;
    private final Arena arena = Arena.ofShared();
    private final ArrayDeque<MemorySegment> free = new ArrayDeque<>();
    private long allocated;
    private boolean closed;

    /// @param layout what a page holds
    /// @param budget bytes that all pages together may take
    public KvPool(KvLayout layout, long budget) {
        this.layout = layout;
        this.budget = budget;
    }

    /// What a page holds.
    public KvLayout layout() {
        return layout;
    }

    /// Bytes of all pages, in use or free.
    public synchronized long allocatedBytes() {
        return allocated;
    }

    /// Bytes of the pages that sequences hold.
    public synchronized long usedBytes() {
        return allocated - free.size() * layout.pageBytes();
    }

    synchronized MemorySegment take() {
        if (closed) {
            throw new ClosedException("the KV cache is closed: its model was closed");
        }
        MemorySegment page = free.poll();
        if (page != null) {
            return page;
        }
        if (allocated + layout.pageBytes() > budget) {
            throw new InsufficientMemoryException("KV cache: expected at most " + budget + " bytes, needed "
                    + (allocated + layout.pageBytes()) + " (pages of " + layout.pageBytes() + " bytes for "
                    + KvLayout.PAGE_LENGTH + " positions); close or rewind sessions, or raise the memory budget");
        }
        try {
            page = arena.allocate(layout.pageBytes(), ALIGNMENT);
        } catch (OutOfMemoryError e) {
            throw new InsufficientMemoryException("KV cache: the system refused a page of " + layout.pageBytes()
                    + " bytes after " + allocated + " bytes; close or rewind sessions", e);
        }
        allocated += layout.pageBytes();
        return page;
    }

    synchronized void give(MemorySegment page) {
        free.push(page);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            free.clear();
            arena.close();
        }
    }
}
