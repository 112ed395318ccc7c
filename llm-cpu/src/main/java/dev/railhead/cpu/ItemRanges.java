package dev.railhead.cpu;

import java.util.concurrent.atomic.AtomicLongArray;

/// The items of a region, shared out as one run of neighbours for each worker. A worker takes its own run from the front;
/// when that is used up it takes from the back of the others' runs, so nobody waits for a worker that is slow or never
/// came.
///
/// Neighbours matter: items are panels of weights that lie one after the other in memory. Two threads that take
/// neighbouring panels in turn fetch ahead into each other's and together read at the speed of one.
final class ItemRanges {
    /// Longs from one run to the next: 128 bytes, since processors fetch cache lines in pairs.
    private static final int PITCH = 16;

    /// In each run's long: the first item left in the upper half, the end in the lower.
    private AtomicLongArray runs = new AtomicLongArray(0);
    private int workers;

    /// Shares out the items 0 to itemCount − 1. Must not be called while others claim.
    void share(int itemCount, int workerCount) {
        if (runs.length() < (workerCount + 1) * PITCH) {
            runs = new AtomicLongArray((workerCount + 1) * PITCH);
        }
        workers = workerCount;
        for (int w = 0; w < workerCount; w++) {
            long first = (long) itemCount * w / workerCount;
            long end = (long) itemCount * (w + 1) / workerCount;
            runs.set(at(w), first << Integer.SIZE | end);
        }
    }

    /// Takes an item that nobody else gets, or −1 if none is left.
    int claim(int worker) {
        int item = takeFirst(at(worker));
        for (int i = 1; i < workers && item < 0; i++) {
            item = takeLast(at((worker + i) % workers));
        }
        return item;
    }

    /// Takes back all items that nobody has claimed yet.
    void clear() {
        for (int w = 0; w < workers; w++) {
            runs.set(at(w), 0);
        }
    }

    private int takeFirst(int run) {
        long left = runs.get(run);
        while (first(left) < end(left)) {
            if (runs.compareAndSet(run, left, left + (1L << Integer.SIZE))) {
                return first(left);
            }
            left = runs.get(run);
        }
        return -1;
    }

    private int takeLast(int run) {
        long left = runs.get(run);
        while (first(left) < end(left)) {
            if (runs.compareAndSet(run, left, left - 1)) {
                return end(left) - 1;
            }
            left = runs.get(run);
        }
        return -1;
    }

    private static int at(int worker) {
        return (worker + 1) * PITCH - 1;
    }

    private static int first(long run) {
        return (int) (run >>> Integer.SIZE);
    }

    private static int end(long run) {
        return (int) run;
    }
}
