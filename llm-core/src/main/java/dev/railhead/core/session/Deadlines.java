package dev.railhead.core.session;

import dev.railhead.FinishReason;
import dev.railhead.GenerationOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The deadlines of one generation: all of it, its first token, its wait for the model. Used by the thread that
/// generates.
///
/// All times are nanoseconds since the call, so the clock may begin anywhere and wrap around.
final class Deadlines {
    private static final long NEVER = Long.MAX_VALUE;

    private final LongSupplier nanoTime;
    private final long start;
    private final long queueTimeout;
    private final long total;
    private long firstToken;
    private long queue = NEVER;
    private boolean hadTurn;

    /// The deadlines of a call that begins now.
    ///
    /// @param nanoTime a monotonic clock, as [System#nanoTime()]
    Deadlines(GenerationOptions options, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        start = nanoTime.getAsLong();
        total = nanos(options.timeout());
        firstToken = nanos(options.firstTokenTimeout());
        queueTimeout = nanos(options.queueTimeout());
    }

    private static long nanos(Optional<Duration> timeout) {
        try {
            return timeout.map(Duration::toNanos).orElse(NEVER);
        } catch (ArithmeticException e) {
            return NEVER; // 292 years
        }
    }

    /// Begins to wait for the model. Only the first wait has a deadline.
    void startWaiting() {
        if (!hadTurn) {
            long now = elapsed();
            queue = queueTimeout < NEVER - now ? now + queueTimeout : NEVER;
        }
    }

    void turnCame() {
        hadTurn = true;
        queue = NEVER;
    }

    void tokenCame() {
        firstToken = NEVER;
    }

    /// Nanoseconds to the next deadline; 0 or less if it has passed.
    long nanosLeft() {
        long next = next();
        return next == NEVER ? NEVER : next - elapsed();
    }

    /// The earliest deadline if it has passed, else null.
    @Nullable
    FinishReason passed() {
        if (nanosLeft() > 0) {
            return null;
        }
        long next = next();
        if (next == total) {
            return FinishReason.TIMEOUT;
        }
        return next == firstToken ? FinishReason.FIRST_TOKEN_TIMEOUT : FinishReason.QUEUE_TIMEOUT;
    }

    private long next() {
        return Math.min(total, Math.min(firstToken, queue));
    }

    private long elapsed() {
        return nanoTime.getAsLong() - start;
    }
}
