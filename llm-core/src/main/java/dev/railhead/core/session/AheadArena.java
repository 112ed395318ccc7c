package dev.railhead.core.session;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// An arena that takes the memory of matrices from the system before they are packed, on a thread of its own.
///
/// The JDK zeroes memory on the thread that allocates it, so all page faults happen there: 0.28 s for a gigabyte, as much as
/// two threads need to pack it. Ahead, that happens while the tokenizer is made and beside the packing instead of in
/// between. Thread-safe.
final class AheadArena implements Arena {
    /// Bytes that may be ready before they are asked for, unless a single piece has more: some matrices of a layer, so that
    /// the order in which a family takes them doesn't matter.
    private static final long READY_BYTES = 64L << 20;

    /// A cache line, and a vector of 512 bits.
    private static final long ALIGNMENT = 64;

    private final Arena owner = Arena.ofShared();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final Deque<Long> expected = new ArrayDeque<>();
    private final Map<Long, Deque<MemorySegment>> ready = new HashMap<>();
    private long readyBytes;
    private long begun;
    private @Nullable Thread thread;

    /// Begins to allocate pieces of these sizes, in this order.
    void expect(List<Long> sizes) {
        lock.lock();
        try {
            sizes.stream().filter(size -> size > 0).forEach(expected::add);
            if (thread == null && !expected.isEmpty()) {
                thread = start(this::allocateExpected);
            }
        } finally {
            lock.unlock();
        }
    }

    private static @Nullable Thread start(Runnable work) {
        Thread started = new Thread(null, work, "railhead-allocation", 0, false);
        started.setDaemon(true);
        started.setContextClassLoader(null);
        try {
            started.start();
            return started;
        } catch (OutOfMemoryError e) {
            return null; // the system gives no more threads: whoever needs memory allocates it
        }
    }

    private void allocateExpected() {
        for (long size = next(); size > 0; size = next()) {
            MemorySegment piece = null;
            try {
                piece = owner.allocate(size, ALIGNMENT);
            } catch (OutOfMemoryError e) {
                // whoever needs the memory tries again and says so
            } finally {
                put(size, piece);
            }
        }
    }

    /// The size of the next piece, when it is time for it, or 0 if there is none.
    private long next() {
        lock.lock();
        try {
            while (!expected.isEmpty() && readyBytes > 0 && readyBytes + expected.getFirst() > READY_BYTES) {
                changed.awaitUninterruptibly();
            }
            begun = expected.isEmpty() ? 0 : expected.removeFirst();
            return begun;
        } finally {
            lock.unlock();
        }
    }

    private void put(long size, @Nullable MemorySegment piece) {
        lock.lock();
        try {
            begun = 0;
            if (piece == null) {
                expected.clear();
            } else {
                readyBytes += size;
                ready.computeIfAbsent(size, key -> new ArrayDeque<>()).add(piece);
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

    /// A piece that is ready or nearly so, or null. A piece of this size that was expected later is not expected any more.
    private @Nullable MemorySegment take(long size) {
        lock.lock();
        try {
            Deque<MemorySegment> pieces = ready.get(size);
            while ((pieces == null || pieces.isEmpty()) && begun == size) {
                changed.awaitUninterruptibly();
                pieces = ready.get(size);
            }
            if (pieces == null || pieces.isEmpty()) {
                expected.removeFirstOccurrence(size);
                return null;
            }
            readyBytes -= size;
            changed.signalAll();
            return pieces.removeFirst();
        } finally {
            lock.unlock();
        }
    }

    /// Ends allocating ahead. What was not taken stays until the arena is closed; [MemoryPlan] counts it.
    void finish() {
        Thread running;
        lock.lock();
        try {
            expected.clear();
            ready.clear();
            changed.signalAll();
            running = thread;
        } finally {
            lock.unlock();
        }
        if (running != null) {
            join(running);
        }
    }

    /// Waits for the piece that was begun. An interrupt stays pending.
    private static void join(Thread running) {
        boolean interrupted = false;
        while (running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
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
