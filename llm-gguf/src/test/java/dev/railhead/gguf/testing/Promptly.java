package dev.railhead.gguf.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Asserts how long something takes, on machines that have other things to do too.
public final class Promptly {
    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final int ATTEMPTS = 5;

    private Promptly() {}

    /// Runs something until it takes less than a second, which bad input must. The best of a few attempts counts: the
    /// first one loads classes, and any may have to wait for the processor.
    public static void underOneSecond(Runnable action) {
        List<Duration> attempts = new ArrayList<>();
        while (attempts.size() < ATTEMPTS) {
            long start = System.nanoTime();
            action.run();
            Duration taken = Duration.ofNanos(System.nanoTime() - start);
            if (taken.compareTo(LIMIT) < 0) {
                return;
            }
            attempts.add(taken);
        }
        throw new AssertionError("expected one attempt of less than " + LIMIT + ", found " + attempts);
    }
}
