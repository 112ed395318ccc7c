package dev.railhead.core.session;

import dev.railhead.ClosedException;
import dev.railhead.ConcurrentUseException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Sees to it that a session is used by one thread at a time and is closed only when nobody runs in it. Thread-safe.
final class UseGuard {
    private final String what;
    private final Runnable release;
    private @Nullable Object owner;
    private @Nullable Thread running;
    private volatile boolean closing;
    private boolean released;

    /// @param what names the guarded object in messages
    /// @param release gives its resources back; called once, when it is closed and nobody runs in it
    UseGuard(String what, Runnable release) {
        this.what = what;
        this.release = release;
    }

    /// Enters. Every successful call is followed by [#end].
    ///
    /// @param user the stream that calls, or any other object for a plain call
    /// @throws ClosedException if closed
    /// @throws ConcurrentUseException if another thread is inside, or the session belongs to another stream
    synchronized void begin(Object user) {
        checkOpen();
        if (running == Thread.currentThread()) {
            throw new ConcurrentUseException(what
                    + " was used by a listener or sampler from within its own call; use it after the call returns");
        }
        if (running != null) {
            throw new ConcurrentUseException(what + " is in use by thread '" + running.getName()
                    + "'; a session serves one thread at a time, open one session per conversation");
        }
        if (owner != null && owner != user) {
            throw new ConcurrentUseException(what + " belongs to an open token stream; read it to its end or close it");
        }
        running = Thread.currentThread();
    }

    /// Enters to give something up, which is allowed after closing too.
    ///
    /// @return false if a call runs, this thread's own included; else [#end] follows
    synchronized boolean beginIfIdle() {
        if (running != null) {
            return false;
        }
        running = Thread.currentThread();
        return true;
    }

    /// Leaves; finishes a close that came meanwhile.
    synchronized void end() {
        running = null;
        try {
            releaseIfClosing();
        } finally {
            notifyAll();
        }
    }

    /// Reserves the session for a stream until [#disown].
    synchronized void own(Object stream) {
        owner = stream;
    }

    synchronized void disown(Object stream) {
        if (owner == stream) {
            owner = null;
        }
    }

    /// Whether the thread inside should give up.
    boolean isClosing() {
        return closing;
    }

    void checkOpen() {
        if (closing) {
            throw new ClosedException(what + " is closed");
        }
    }

    /// Refuses new calls and asks the running one to give up.
    synchronized void startClosing() {
        closing = true;
        if (running == null) {
            releaseIfClosing();
        }
    }

    /// Waits until the running call has left. Returns at once when that call is the caller's own.
    ///
    /// @param deadline by the clock of [System#nanoTime()]
    /// @return whether nobody else runs inside any more
    synchronized boolean awaitIdle(long deadline) {
        boolean interrupted = false;
        while (running != null && running != Thread.currentThread()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return running == null || running == Thread.currentThread();
    }

    private void releaseIfClosing() {
        if (closing && !released) {
            released = true;
            release.run();
        }
    }
}
