package dev.railhead.core.session;

import org.jspecify.annotations.Nullable;

/// Threads for work in the background of a model, which don't keep the JVM alive.
final class DaemonThread {
    private DaemonThread() {}

    /// Starts a thread.
    ///
    /// @return null if the system gives no more threads
    static @Nullable Thread start(String name, Runnable work) {
        Thread started = new Thread(null, work, name, 0, false);
        started.setDaemon(true);
        started.setContextClassLoader(null);
        try {
            started.start();
            return started;
        } catch (OutOfMemoryError e) {
            return null;
        }
    }

    /// Waits for the end of a thread. An interrupt stays pending.
    ///
    /// @param interrupted is called at each interrupt
    static void join(Thread running, Runnable interrupted) {
        boolean pending = false;
        while (running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                pending = true;
                interrupted.run();
            }
        }
        if (pending) {
            Thread.currentThread().interrupt();
        }
    }
}
