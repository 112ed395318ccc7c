package dev.railhead.cpu;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Runs kernels on small data until the compiler has translated them, on a thread of its own: small, because the compiler
/// counts calls and rounds of loops, not numbers. Allocates much, since vectors are objects until then, and keeps nothing.
final class KernelWarmUp implements Runnable {
    /// A kernel to be compiled.
    ///
    /// @param kernel which
    /// @param call runs it once on small data
    /// @param limitNanos a call that takes less is compiled code: ten times what that takes, a tenth of what vectors as objects do
    record Task(Kernel kernel, Runnable call, long limitNanos) {}

    /// What there is to be run.
    interface Tasks extends AutoCloseable, Iterable<Task> {
        @Override
        void close();
    }

    static final String THREAD_NAME = "railhead-warm-up";

    private static final System.Logger LOGGER = System.getLogger(KernelWarmUp.class.getName());

    /// Fast calls that prove a kernel compiled.
    private static final int FAST_CALLS = 3;

    /// Calls at least, most of them fast: what a kernel ends with, such as the scales of a chunk, is called less often than what
    /// takes its time, and compiled later.
    private static final int MIN_CALLS = 2000;

    /// The whole takes 2 s of an idle machine with 2 processors. Where it takes much longer, the compiler won't come
    /// (`-Xint`).
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(20);

    /// After so long come [#PAUSE_MILLIS] for the compiler. While its queue is long it asks for many more calls before it takes
    /// a kernel, and it translates everything around vectors as objects first: without pauses that is twice the CPU time and
    /// four times the garbage.
    private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long PAUSE_MILLIS = 20;

    private final Supplier<Tasks> tasks;
    private boolean begun;
    private long burstEnd;
    private long deadline;
    private volatile boolean stopped;
    private volatile boolean ended;

    /// @param tasks makes what there is to be run, on the thread that runs it
    KernelWarmUp(Supplier<Tasks> tasks) {
        this.tasks = tasks;
    }

    /// Begins in the background, with those kernels that are not compiled yet, unless it has begun. Must not be called by two
    /// threads at once.
    void begin() {
        if (begun) {
            return;
        }
        begun = true;
        burstEnd = System.nanoTime() + BURST_NANOS;
        deadline = System.nanoTime() + MAX_NANOS;
        Thread thread = new Thread(null, this, THREAD_NAME, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            ended = true; // the system gives no more threads
        }
    }

    /// Whether nothing will be compiled any more.
    boolean hasEnded() {
        return ended;
    }

    /// Ends it after the call it is in.
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    @Override
    public void run() {
        try (Tasks all = tasks.get()) {
            for (Task task : all) {
                if (!task.kernel.isCompiled()) {
                    run(task);
                }
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            // Nobody waits for it and no result depends on it: the kernels are compiled while the model uses them.
            LOGGER.log(Level.DEBUG, "kernels could not be warmed up", e);
        } finally {
            ended = true;
        }
    }

    private void run(Task task) {
        int fast = 0;
        for (int calls = 0; calls < MIN_CALLS || fast < FAST_CALLS; calls++) {
            long begin = System.nanoTime();
            if (stopped || begin - deadline > 0) {
                return;
            }
            task.call.run();
            long end = System.nanoTime();
            fast = end - begin < task.limitNanos ? fast + 1 : 0;
            if (end - burstEnd > 0) {
                pause();
            }
        }
        task.kernel.setCompiled();
    }

    private synchronized void pause() {
        try {
            wait(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            stopped = true;
        }
        burstEnd = System.nanoTime() + BURST_NANOS;
    }
}
