package dev.railhead.core.session;

import dev.railhead.Cancellation;
import dev.railhead.FinishReason;
import dev.railhead.GenerationOptions;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Whether running work should be given up: asked while waiting for the model, between layers and between tokens, by
/// the thread that runs it. What stopped the work once stays the reason.
final class StopCondition implements BooleanSupplier {
    private final UseGuard guard;
    private final Deadlines deadlines;
    private final @Nullable Cancellation cancellation;
    private volatile boolean cancelled;
    private @Nullable FinishReason struck;

    /// @param guard of the session; closing it stops the work
    /// @param options say what else stops it
    StopCondition(UseGuard guard, Deadlines deadlines, GenerationOptions options) {
        this.guard = guard;
        this.deadlines = deadlines;
        cancellation = options.cancellation().orElse(null);
    }

    /// Stops the work from another thread.
    void cancel() {
        cancelled = true;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    /// Why to stop, or null to go on.
    @Nullable
    FinishReason reason() {
        if (struck == null) {
            struck = isCancelled() ? FinishReason.CANCELLED : deadlines.passed();
        }
        return struck;
    }

    private boolean isCancelled() {
        return cancelled || guard.isClosing() || (cancellation != null && cancellation.isCancelled())
                || Thread.currentThread().isInterrupted();
    }

    @Override
    public boolean getAsBoolean() {
        return reason() != null;
    }
}
