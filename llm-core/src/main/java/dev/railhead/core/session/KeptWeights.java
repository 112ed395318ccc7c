package dev.railhead.core.session;

import dev.railhead.core.cache.PackedWeights;
import dev.railhead.core.cache.WeightFile;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Packed weights that come from a cache file or go to one. What remains to be done after the load is done by a thread of its
/// own: first matrices move out of the mapped file, so that decode becomes as fast as it can, then a file is
/// written of what was packed.
final class KeptWeights implements WeightFile {
    private static final System.Logger LOGGER = System.getLogger(KeptWeights.class.getName());

    /// Who waits longer in a close is told why.
    private static final long PATIENCE_MILLIS = 1000;

    private final PackedWeights weights;
    private final AheadArena memory;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean closing;
    private volatile boolean moved;
    private @Nullable Thread thread;
    private boolean read; // of the thread whose step it is

    /// @param weights of a loaded model; closed with this object
    /// @param memory where copies go; to be closed after this object
    KeptWeights(PackedWeights weights, AheadArena memory) {
        this.weights = weights;
        this.memory = memory;
    }

    /// Begins the work and returns at once. To be called once, before anybody else has this object.
    void start() {
        thread = DaemonThread.start("railhead-packed-cache", this::work);
        if (thread == null) {
            work();
        }
    }

    private void work() {
        try {
            move();
            weights.save();
        } finally {
            done.countDown();
        }
    }

    private void move() {
        try {
            memory.expect(weights.copySizes());
            moved = weights.copy(memory, () -> closing);
        } finally {
            memory.finish();
        }
    }

    @Override
    public String name() {
        return weights.name();
    }

    @Override
    public void beginStep() {
        read = weights.isRead() && !moved;
        if (read) {
            weights.checkUnchanged();
        } else {
            weights.close();
        }
    }

    @Override
    public boolean isRead() {
        return read;
    }

    /// Waits until a file that is being written is whole, else all that was written would be lost with a short process. An
    /// interrupt, pending or while waiting, gives it up. Copying ends at once.
    @Override
    public void finish() {
        closing = true;
        Thread running = thread;
        if (running != null) {
            sayIfItTakesLong(running);
            DaemonThread.join(running, running::interrupt);
        }
    }

    @Override
    public void close() {
        finish();
        weights.close();
    }

    private void sayIfItTakesLong(Thread running) {
        try {
            if (!done.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOGGER.log(Level.INFO, weights.name() + ": closing the model waits until its packed weights are written"
                        + " for the next load; interrupt the thread to give the file up");
            }
        } catch (InterruptedException e) {
            running.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
