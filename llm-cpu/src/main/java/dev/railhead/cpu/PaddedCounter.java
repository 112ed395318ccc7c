package dev.railhead.cpu;

import java.util.concurrent.atomic.AtomicIntegerArray;

/// A counter that shares its cache line with nothing.
final class PaddedCounter {
    /// 128 bytes on either side: processors fetch lines in pairs.
    private static final int PADDING = 32;

    private final AtomicIntegerArray slots = new AtomicIntegerArray(2 * PADDING + 1);

    void set(int value) {
        slots.set(PADDING, value);
    }

    int claim() {
        return slots.getAndIncrement(PADDING);
    }
}
