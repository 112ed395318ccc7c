package dev.railhead.core.session;

import dev.railhead.GenerationResult.Timings;
import java.time.Duration;

/// Takes the times of a generation, by the monotonic clock.
final class GenerationClock {
    private final long start = System.nanoTime();
    private long prefillStart = start;
    private long prefillEnd = start;
    private long firstToken;
    private int prefillTokens;
    private int tokens;

    /// A duration in nanoseconds; the largest long if it is longer than 292 years.
    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    void startPrefill(int promptTokens) {
        prefillTokens = promptTokens;
        prefillStart = System.nanoTime();
    }

    void endPrefill() {
        prefillEnd = System.nanoTime();
    }

    void token() {
        if (tokens++ == 0) {
            firstToken = System.nanoTime();
        }
    }

    /// Closes the account.
    Timings timings() {
        long end = System.nanoTime();
        long first = tokens > 0 ? firstToken : end;
        return new Timings(Duration.ofNanos(first - start), Duration.ofNanos(prefillEnd - prefillStart), prefillTokens,
                Duration.ofNanos(end - first), Math.max(0, tokens - 1), Duration.ofNanos(end - start));
    }
}
