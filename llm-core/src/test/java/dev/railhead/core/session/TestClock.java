package dev.railhead.core.session;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// A clock that a test moves. It wraps around a second after its beginning, as [System#nanoTime()] may.
final class TestClock implements LongSupplier {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(1).toNanos());
    private volatile long perLook;
    private volatile Runnable onLook = () -> {};

    void advance(Duration time) {
        now.addAndGet(time.toNanos());
    }

    /// Makes the clock move by itself, each time somebody looks at it.
    void advanceAtEachLook(Duration time) {
        perLook = time.toNanos();
    }

    /// Does something on the thread that looks, each time.
    void onLook(Runnable action) {
        onLook = action;
    }

    @Override
    public long getAsLong() {
        onLook.run();
        return now.addAndGet(perLook);
    }
}
