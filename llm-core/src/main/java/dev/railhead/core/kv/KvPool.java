package dev.railhead.core.kv;

import dev.railhead.ClosedException;
import dev.railhead.InsufficientMemoryException;
import dev.railhead.spi.KvLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What all sequences of a model keep, within one budget: pages off the heap, states of recurrent layers on it. Pages that
/// sequences give back are used again; all memory is freed when the pool is closed. Thread-safe.
public final class KvPool implements AutoCloseable {
    /// The alignment of a page: that of the widest vectors, and a cache line.
    private static final long ALIGNMENT = 64;

    private final SequenceLayout layout;
    private final long budget;
    private final Arena arena = Arena.ofShared();
    private final Set<Arena> ownArenas = new HashSet<>(); // of pages in use and free ones
    private final List<ArrayDeque<Page>> free = new ArrayList<>(); // [groups]
    private long allocated;
    private long used;
    private boolean closed;

    /// A page.
    ///
    /// @param group whose layers it is for
    /// @param own what frees it before the pool is closed; null if nothing does
    record Page(int group, MemorySegment memory, @Nullable Arena own) {}

    /// @param layout what a sequence keeps
    /// @param budget bytes that all pages and states together may take
    public KvPool(SequenceLayout layout, long budget) {
        this.layout = layout;
        this.budget = budget;
        for (int group = 0; group < layout.kv().groups(); group++) {
            free.add(new ArrayDeque<>());
        }
    }

    /// What a page holds.
    public KvLayout layout() {
        return layout.kv();
    }

    /// What a sequence keeps.
    public SequenceLayout sequenceLayout() {
        return layout;
    }

    /// Bytes of all pages, in use or free, and of the states that sequences hold.
    public synchronized long allocatedBytes() {
        return allocated;
    }

    /// Bytes of the pages and states that sequences hold.
    public synchronized long usedBytes() {
        return used;
    }

    /// Gives a page of a group.
    synchronized Page take(int group) {
        checkOpen();
        long bytes = layout().pageBytes(group);
        Page page = free.get(group).poll();
        if (page == null) {
            String what = "a page of " + bytes + " bytes for " + KvLayout.PAGE_LENGTH + " positions";
            makeRoom(bytes, what);
            page = allocate(group, bytes, what);
            allocated += bytes;
        }
        used += bytes;
        return page;
    }

    synchronized void give(Page page) {
        used -= page.memory.byteSize();
        free.get(page.group).push(page);
    }

    /// Gives the states of a sequence, all zero.
    synchronized RecurrentState takeState() {
        checkOpen();
        long bytes = layout.stateBytes();
        String what = "the recurrent state of a sequence, " + bytes + " bytes";
        makeRoom(bytes, what);
        RecurrentState state;
        try {
            state = new RecurrentState(layout.zeroStates(), layout.zeroStates());
        } catch (OutOfMemoryError e) {
            throw refused(what, "Java heap", e);
        }
        allocated += bytes;
        used += bytes;
        return state;
    }

    /// Ends the life of the states of a sequence, which the garbage collector frees.
    synchronized void giveState() {
        allocated -= layout.stateBytes();
        used -= layout.stateBytes();
    }

    private void checkOpen() {
        if (closed) {
            throw new ClosedException("the KV cache is closed: its model was closed");
        }
    }

    /// Sees to it that so many bytes fit the budget, which free pages of other groups may fill.
    private void makeRoom(long bytes, String what) {
        for (ArrayDeque<Page> pages : free) {
            while (allocated + bytes > budget && !pages.isEmpty() && free(pages.element())) {
                pages.remove();
            }
        }
        if (allocated + bytes > budget) {
            throw new InsufficientMemoryException("KV cache: expected at most " + budget + " bytes, needed "
                    + (allocated + bytes) + " (" + what
                    + "); close or rewind sessions, or raise the memory budget");
        }
    }

    /// Where pages differ in size, each is freed alone when its bytes are needed for another size. That takes some 70 µs,
    /// too long to close a pool of thousands of pages for no reason.
    private Page allocate(int group, long bytes, String what) {
        boolean alone = layout().groups() > 1 || layout.hasState();
        Arena own = alone ? Arena.ofShared() : null;
        if (own != null) {
            ownArenas.add(own);
        }
        try {
            return new Page(group, (own == null ? arena : own).allocate(bytes, ALIGNMENT), own);
        } catch (OutOfMemoryError e) {
            if (own != null) {
                close(own);
            }
            throw refused(what, "system", e);
        }
    }

    /// Frees a page.
    ///
    /// @return whether it could be freed alone
    private boolean free(Page page) {
        if (page.own == null) {
            return false;
        }
        close(page.own);
        allocated -= page.memory.byteSize();
        return true;
    }

    private void close(Arena own) {
        ownArenas.remove(own);
        own.close();
    }

    private InsufficientMemoryException refused(String what, String who, OutOfMemoryError e) {
        return new InsufficientMemoryException("KV cache: the " + who + " refused " + what + ", after " + allocated
                + " bytes; close or rewind sessions", e);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            free.forEach(ArrayDeque::clear);
            ownArenas.forEach(Arena::close);
            ownArenas.clear();
            arena.close();
        }
    }
}
