package dev.railhead.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Threads that help a caller with its regions: one pool per process for all models, because two pools on the same cores
/// fight. Workers are daemons, started when first needed and ended when idle for long. One region runs at a time, in the
/// order of the callers; a caller takes part in its own region. Thread-safe.
///
/// A region is open in [#gate] while there is work. A worker that wakes late finds it closed and is not waited for.
final class WorkerPool {
    private static final WorkerPool SHARED = new WorkerPool(TimeUnit.SECONDS.toNanos(30));

    /// Looks at the gate before a thread parks: some ten microseconds, longer than the gaps between the regions of a
    /// step and short enough not to be felt by a neighbour on the core.
    private static final int SPINS = 2000;

    // The gate: bits 0-15 workers inside, 16-30 places left, 31 open, 32-63 number of the region.
    private static final int PLACES_SHIFT = 16;
    private static final long COUNT_MASK = 0x7FFF;
    private static final long ONE_PLACE = 1L << PLACES_SHIFT;
    private static final long OPEN = 1L << 31;
    private static final int REGION_SHIFT = 32;
    private static final int MAX_WORKERS = (int) COUNT_MASK;

    private final ReentrantLock lock = new ReentrantLock(true);
    private final AtomicLong gate = new AtomicLong();
    private final ItemRanges ranges = new ItemRanges();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicInteger names = new AtomicInteger();
    private final long idleNanos;

    // Guarded by lock.
    private final List<Worker> workers = new ArrayList<>();

    // Written under lock before the gate opens, read by workers that passed the gate.
    private @Nullable Region region;
    private int threads;

    private volatile @Nullable Thread waiting;

    /// @param idleNanos a worker ends after so long without work
    WorkerPool(long idleNanos) {
        this.idleNanos = idleNanos;
    }

    /// The pool of this process.
    static WorkerPool shared() {
        return SHARED;
    }

    /// Runs all items of a region with at most so many threads, the calling one included, and returns when all is done.
    /// An exception or error of an item ends the region and is thrown here.
    void run(int maxThreads, int itemCount, Region work) {
        int count = Math.min(Math.min(maxThreads, itemCount), MAX_WORKERS);
        if (count <= 1 || lock.isHeldByCurrentThread() || Thread.currentThread() instanceof Worker) {
            for (int item = 0; item < itemCount; item++) {
                work.run(item, 0);
            }
            return;
        }
        lock.lock();
        try {
            runShared(count, itemCount, work);
        } finally {
            region = null;
            lock.unlock();
        }
    }

    private void runShared(int count, int itemCount, Region work) {
        region = work;
        threads = count;
        failure.setPlain(null);
        ranges.share(itemCount, count);
        long number = (gate.get() >>> REGION_SHIFT) + 1;
        gate.set(number << REGION_SHIFT | OPEN | (long) (count - 1) << PLACES_SHIFT);
        try {
            wake(count - 1);
            claim(work, 0);
        } finally {
            close();
        }
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw WorkerPool.<RuntimeException>unchecked(thrown);
        }
    }

    private void wake(int count) {
        while (workers.size() < count) {
            Worker worker = new Worker(names.incrementAndGet());
            try {
                worker.start();
            } catch (OutOfMemoryError e) {
                break; // the system gives no more threads: the ones there are do the work
            }
            workers.add(worker);
        }
        for (int i = 0; i < Math.min(count, workers.size()); i++) {
            Worker worker = workers.get(i);
            if (worker.parked) {
                LockSupport.unpark(worker);
            }
        }
    }

    private void claim(Region work, int worker) {
        try {
            for (int item = ranges.claim(worker); item >= 0; item = ranges.claim(worker)) {
                work.run(item, worker);
            }
        } catch (Throwable t) {
            failure.compareAndSet(null, t);
            ranges.clear();
        }
    }

    /// Closes the gate and waits until the workers inside have left. Never gives up: they use the region's memory. An
    /// interrupt stays pending.
    private void close() {
        gate.getAndUpdate(g -> g & ~OPEN);
        for (int spin = 0; spin < SPINS; spin++) {
            if (inside(gate.get()) == 0) {
                return;
            }
            Thread.onSpinWait();
        }
        waiting = Thread.currentThread();
        while (inside(gate.get()) != 0) {
            if (Thread.currentThread().isInterrupted()) {
                Thread.yield();
            } else {
                LockSupport.park(this);
            }
        }
        waiting = null;
    }

    private static int inside(long gate) {
        return (int) (gate & COUNT_MASK);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T unchecked(Throwable t) throws T {
        throw (T) t;
    }

    /// Number of workers alive, for tests.
    int workerCount() {
        lock.lock();
        try {
            return workers.size();
        } finally {
            lock.unlock();
        }
    }

    private final class Worker extends Thread {
        volatile boolean parked;

        Worker(int number) {
            super(null, null, "railhead-worker-" + number, 0, false);
            setDaemon(true);
            setContextClassLoader(null);
        }

        @Override
        public void run() {
            long seen = 0;
            do {
                for (int spin = 0; spin < SPINS; spin++) {
                    long g = gate.get();
                    if ((g & OPEN) != 0 && g >>> REGION_SHIFT != seen) {
                        seen = g >>> REGION_SHIFT;
                        takePart(seen);
                        spin = 0;
                    }
                    Thread.onSpinWait();
                }
            } while (park(seen) || !retire());
        }

        /// Takes a place in a region if one is left, and works in it.
        private void takePart(long number) {
            long g = gate.get();
            while ((g & OPEN) != 0 && g >>> REGION_SHIFT == number && (g >>> PLACES_SHIFT & COUNT_MASK) != 0) {
                if (gate.compareAndSet(g, g - ONE_PLACE + 1)) {
                    int left = (int) (g >>> PLACES_SHIFT & COUNT_MASK);
                    Region work = region;
                    if (work != null) {
                        claim(work, threads - left);
                    }
                    leave();
                    return;
                }
                g = gate.get();
            }
        }

        private void leave() {
            long g = gate.decrementAndGet();
            Thread caller = waiting;
            if (caller != null && inside(g) == 0 && (g & OPEN) == 0) {
                LockSupport.unpark(caller);
            }
        }

        /// Waits for the next region.
        ///
        /// @return false if none came for the idle time
        private boolean park(long seen) {
            long deadline = System.nanoTime() + idleNanos;
            parked = true;
            try {
                while (gate.get() >>> REGION_SHIFT == seen || (gate.get() & OPEN) == 0) {
                    Thread.interrupted();
                    long left = deadline - System.nanoTime();
                    if (left <= 0) {
                        return false;
                    }
                    LockSupport.parkNanos(WorkerPool.this, left);
                }
                return true;
            } finally {
                parked = false;
            }
        }

        /// Leaves the pool unless a caller is about to use it.
        private boolean retire() {
            if (!lock.tryLock()) {
                return false;
            }
            try {
                return workers.remove(this);
            } finally {
                lock.unlock();
            }
        }
    }
}
