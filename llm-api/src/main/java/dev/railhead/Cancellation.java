package dev.railhead;

/// Ends a generation from another thread: pass it in [GenerationOptions] and call [#cancel()]. The generation stops
/// before the next layer and returns what it has, with [FinishReason#CANCELLED]. Thread-safe; a cancelled one stays
/// cancelled.
public final class Cancellation {
    private volatile boolean cancelled;

    /// A cancellation that has not happened yet.
    public Cancellation() {}

    /// Cancels every generation that uses this.
    public void cancel() {
        cancelled = true;
    }

    /// Whether [#cancel()] was called.
    public boolean isCancelled() {
        return cancelled;
    }
}
