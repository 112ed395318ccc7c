package dev.railhead.core.session;

import dev.railhead.GenerationResult.Timings;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Takes the times of a generation, by the monotonic clock.
final class GenerationClock {
    private final LongSupplier nanoTime;
    private final long start;
    private long prefillStart;
    private long prefillEnd;
    private long firstToken;
    private int prefillTokens;
    private int tokens;

    /// @param nanoTime a monotonic clock, as [System#nanoTime()]
    GenerationClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        start = nanoTime.getAsLong();
        prefillStart = start;
        prefillEnd = start;
    }

    void startPrefill() {
        prefillStart = nanoTime.getAsLong();
    }

    /// @param promptTokens how many were fed: all of them, or fewer if the prefill was stopped
    void endPrefill(int promptTokens) {
        prefillEnd = nanoTime.getAsLong();
        prefillTokens = promptTokens;
    }

    void token() {
        if (tokens++ == 0) {
            firstToken = nanoTime.getAsLong();
        }
    }

    /// Closes the account.
    Timings timings() {
        long end = nanoTime.getAsLong();
        long first = tokens > 0 ? firstToken : end;
        return new Timings(Duration.ofNanos(first - start), Duration.ofNanos(prefillEnd - prefillStart), prefillTokens,
                Duration.ofNanos(end - first), Math.max(0, tokens - 1), Duration.ofNanos(end - start));
    }
}
