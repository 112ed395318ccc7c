package dev.railhead.benchmarks;

import java.lang.management.ManagementFactory;

/// The time that work takes. Work of one thread is done by the caller, and its CPU time counts: neighbours take less of that
/// than of the time on the wall. Of several threads one may wait for another, and that counts too.
public final class WorkClock {
    private WorkClock() {}

    /// A time to subtract from a later one of the same thread.
    ///
    /// @param threads threads that do the work, the caller included
    /// @return nanoseconds
    public static long nanos(int threads) {
        return threads == 1 ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() : System.nanoTime();
    }
}
