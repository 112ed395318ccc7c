package dev.railhead.core.model;

import dev.railhead.spi.Tensor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/// Tells how much of a tensor has been read while a backend reads it.
final class CountedReads {
    private final Tensor original;
    private final LongConsumer progress;
    private final Thread loader = Thread.currentThread();
    private final AtomicLong done = new AtomicLong();

    /// @param progress is told the bytes read by all threads, at most the tensor's, on the thread that made this object
    CountedReads(Tensor original, LongConsumer progress) {
        this.original = original;
        this.progress = progress;
    }

    /// The tensor for the backend.
    Tensor tensor() {
        return original.withReader(this::read);
    }

    private void read(long offset, byte[] out, int at, int count) {
        original.read(offset, out, at, count);
        long read = done.addAndGet(count);
        if (Thread.currentThread() == loader) {
            // Weights that don't fit their form are read once more.
            progress.accept(Math.min(read, original.data().byteSize()));
        }
    }
}
