package dev.railhead.core.session;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// An arena that takes the memory of matrices from the system before they are packed, on a thread of its own, in slabs.
///
/// The JDK zeroes memory on the thread that allocates it, so all page faults happen there: 0.28 s for a gigabyte, as much as
/// two threads need to pack it. Ahead, that happens while the tokenizer is made and beside the packing instead of in
/// between. Slabs are so large that the C library gives each a mapping of its own and gives it back when it is freed; of smaller
/// pieces it keeps some for the thread that asked, which is another one for each model. Thread-safe.
final class AheadArena implements Arena {
    /// Twice what glibc may keep for itself at most.
    private static final long SLAB_BYTES = 64L << 20;

    /// A cache line, and a vector of 512 bits.
    private static final long ALIGNMENT = 64;

    private final Arena owner = Arena.ofShared();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final Deque<Long> planned = new ArrayDeque<>();
    private final List<Slab> slabs = new ArrayList<>();
    private boolean begun;
    private @Nullable Thread thread;

    /// Memory that is given away from front to back.
    private static final class Slab {
        private final MemorySegment memory;
        private long used;

        Slab(MemorySegment memory) {
            this.memory = memory;
        }

        @Nullable
        MemorySegment take(long size) {
            if (memory.byteSize() - used < aligned(size)) {
                return null;
            }
            MemorySegment piece = memory.asSlice(used, size);
            used += aligned(size);
            return piece;
        }
    }

    private static long aligned(long size) {
        return Math.ceilDiv(size, ALIGNMENT) * ALIGNMENT;
    }

    /// Begins to take memory for pieces of these sizes, which will be asked for in about this order. Once, and once more after
    /// each [#finish]. Without a thread, whoever needs memory allocates it.
    void expect(List<Long> sizes) {
        lock.lock();
        try {
            planned.addAll(slabSizes(sizes));
            if (thread == null && !planned.isEmpty()) {
                thread = DaemonThread.start("railhead-allocation", this::allocatePlanned);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Neighbours together until they make a slab; a piece that makes one alone has its own.
    static List<Long> slabSizes(List<Long> sizes) {
        List<Long> slabSizes = new ArrayList<>();
        long open = 0;
        for (long size : sizes) {
            if (open > 0 && size >= SLAB_BYTES) {
                slabSizes.add(open);
                open = 0;
            }
            open += aligned(size);
            if (open >= SLAB_BYTES) {
                slabSizes.add(open);
                open = 0;
            }
        }
        if (open > 0) {
            slabSizes.add(open);
        }
        return slabSizes;
    }

    private void allocatePlanned() {
        for (long size = next(); size > 0; size = next()) {
            Slab slab = null;
            try {
                slab = new Slab(owner.allocate(size, ALIGNMENT));
            } catch (OutOfMemoryError e) {
                // whoever needs the memory tries again and says so
            } finally {
                put(slab);
            }
        }
    }

    /// The size of the next slab as soon as the one before is in use, or 0 if there is none.
    private long next() {
        lock.lock();
        try {
            while (!planned.isEmpty() && isAhead()) {
                changed.awaitUninterruptibly();
            }
            begun = !planned.isEmpty();
            return begun ? planned.removeFirst() : 0;
        } finally {
            lock.unlock();
        }
    }

    private boolean isAhead() {
        return !slabs.isEmpty() && slabs.getLast().used == 0;
    }

    private void put(@Nullable Slab slab) {
        lock.lock();
        try {
            begun = false;
            if (slab == null) {
                planned.clear();
            } else {
                slabs.add(slab);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        MemorySegment piece = byteAlignment <= ALIGNMENT ? take(byteSize) : null;
        return piece != null ? piece : owner.allocate(byteSize, byteAlignment);
    }

    /// A piece of a slab, waiting for the next slab if there is none ahead, or null if it fits nowhere.
    private @Nullable MemorySegment take(long size) {
        lock.lock();
        try {
            MemorySegment piece = takeNow(size);
            while (piece == null && !isAhead() && thread != null && (begun || !planned.isEmpty())) {
                changed.awaitUninterruptibly();
                piece = takeNow(size);
            }
            if (piece == null) {
                planned.removeFirstOccurrence(aligned(size)); // a slab of its own
            }
            return piece;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable MemorySegment takeNow(long size) {
        for (Slab slab : slabs) {
            MemorySegment piece = slab.take(size);
            if (piece != null) {
                changed.signalAll();
                return piece;
            }
        }
        return null;
    }

    /// Ends allocating ahead and waits for the slab that was begun. What was not taken stays until the arena is closed;
    /// [MemoryPlan] counts it.
    void finish() {
        Thread running;
        lock.lock();
        try {
            planned.clear();
            slabs.clear();
            changed.signalAll();
            running = thread;
            thread = null;
        } finally {
            lock.unlock();
        }
        if (running != null) {
            DaemonThread.join(running, () -> {});
        }
    }

    @Override
    public MemorySegment.Scope scope() {
        return owner.scope();
    }

    /// Frees all memory.
    @Override
    public void close() {
        finish();
        owner.close();
    }
}
