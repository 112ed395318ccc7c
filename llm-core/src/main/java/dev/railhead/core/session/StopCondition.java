package dev.railhead.core.session;

import dev.railhead.Cancellation;
import dev.railhead.FinishReason;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Whether running work should be given up: asked between layers and between tokens.
final class StopCondition implements BooleanSupplier {
    /// No deadline.
    static final long NEVER = Long.MAX_VALUE;

    private final UseGuard guard;
    private final @Nullable Cancellation cancellation;
    private final long start;
    private final long timeoutNanos;
    private volatile boolean cancelled;

    /// @param guard of the session; closing it stops the work
    /// @param cancellation the application's, or null
    /// @param timeoutNanos nanoseconds from now, or [#NEVER]
    StopCondition(UseGuard guard, @Nullable Cancellation cancellation, long timeoutNanos) {
        this.guard = guard;
        this.cancellation = cancellation;
        this.timeoutNanos = timeoutNanos;
        start = System.nanoTime();
    }

    /// Stops the work from another thread.
    void cancel() {
        cancelled = true;
    }

    /// Why to stop, or null to go on.
    @Nullable
    FinishReason reason() {
        if (cancelled || guard.isClosing() || (cancellation != null && cancellation.isCancelled())
                || Thread.currentThread().isInterrupted()) {
            return FinishReason.CANCELLED;
        }
        return System.nanoTime() - start >= timeoutNanos ? FinishReason.TIMEOUT : null;
    }

    @Override
    public boolean getAsBoolean() {
        return reason() != null;
    }
}
