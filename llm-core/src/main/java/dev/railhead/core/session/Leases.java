package dev.railhead.core.session;

/// Counts who still needs the resources of a model: the model itself and each of its sessions. The last one to leave frees
/// them. Thread-safe.
final class Leases {
    private final Runnable free;
    private int count = 1;

    /// @param free frees the resources; called once
    Leases(Runnable free) {
        this.free = free;
    }

    /// Takes one more lease; the caller knows that another is held.
    synchronized void take() {
        count++;
    }

    void giveBack() {
        boolean last;
        synchronized (this) {
            last = --count == 0;
        }
        if (last) {
            free.run();
        }
    }
}
