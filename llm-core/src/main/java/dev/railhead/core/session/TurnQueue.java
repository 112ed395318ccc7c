package dev.railhead.core.session;

import dev.railhead.core.kv.Step;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Whose turn it is: one thread at a time, in the order they came. A turn is handed to the next in the queue, so nobody
/// overtakes, and who looks up from waiting keeps the place. Thread-safe.
final class TurnQueue {
    /// How often a waiting thread looks at cancellation and closing. Deadlines, interrupts and the turn itself wake it.
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
    private boolean taken;

    private static final class Waiter {
        private final Thread thread = Thread.currentThread();
        private volatile boolean hasTurn;
    }

    /// Waits for the turn. Every call that returns is followed by [#pass].
    ///
    /// @throws dev.railhead.core.kv.StepCancelledException if stopped before
    void take(StopCondition stop) {
        Step.throwIf(stop);
        Waiter waiter = enter();
        if (waiter != null) {
            boolean came = false;
            try {
                await(waiter, stop);
                came = true;
            } finally {
                if (!came) {
                    leave(waiter);
                }
            }
        }
        stop.deadlines().turnCame();
    }

    /// Takes a free turn, or else joins the queue.
    private synchronized @Nullable Waiter enter() {
        if (!taken) {
            taken = true;
            return null;
        }
        Waiter waiter = new Waiter();
        waiting.add(waiter);
        return waiter;
    }

    private void await(Waiter waiter, StopCondition stop) {
        stop.deadlines().startWaiting();
        while (!waiter.hasTurn) {
            Step.throwIf(stop);
            LockSupport.parkNanos(this, Math.min(LOOK_NANOS, stop.deadlines().nanosLeft()));
        }
    }

    /// Ends the turn and hands it to the next.
    synchronized void pass() {
        Waiter next = waiting.poll();
        if (next == null) {
            taken = false;
        } else {
            next.hasTurn = true;
            LockSupport.unpark(next.thread);
        }
    }

    private synchronized void leave(Waiter waiter) {
        if (!waiting.remove(waiter)) {
            pass(); // the turn came just now
        }
    }
}
