package dev.railhead.benchmarks.roofline;

import dev.railhead.benchmarks.WorkClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/// Threads that begin the same work at the same time. Used by one thread.
final class Team implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool(Team::daemon);

    /// When a member began and ended, as [WorkClock].
    private record Span(long begin, long end) {}

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "railhead-roofline");
        thread.setDaemon(true);
        return thread;
    }

    /// Runs work once on each of some threads.
    ///
    /// @param size number of threads
    /// @param work gets the number of the thread, from 0
    /// @return seconds from the first beginning to the last end; CPU time of a single thread
    double seconds(int size, IntConsumer work) {
        AtomicInteger missing = new AtomicInteger(size);
        List<Future<Span>> members = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int member = i;
            members.add(threads.submit(() -> run(missing, size, () -> work.accept(member))));
        }
        long begin = Long.MAX_VALUE;
        long end = Long.MIN_VALUE;
        for (Future<Span> member : members) {
            Span span = get(member);
            begin = Math.min(begin, span.begin);
            end = Math.max(end, span.end);
        }
        return Math.max(1, end - begin) / 1e9;
    }

    /// Who comes first spins: threads that were woken together may share a processor for milliseconds, while another is idle.
    private static Span run(AtomicInteger missing, int size, Runnable work) {
        missing.decrementAndGet();
        while (missing.get() > 0 && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
        long begin = WorkClock.nanos(size);
        work.run();
        return new Span(begin, WorkClock.nanos(size));
    }

    private static Span get(Future<Span> member) {
        try {
            return member.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a measurement failed: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
