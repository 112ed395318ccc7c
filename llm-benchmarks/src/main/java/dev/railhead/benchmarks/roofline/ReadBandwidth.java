package dev.railhead.benchmarks.roofline;

import static dev.railhead.cpu.simd.Width.INTS;
import static dev.railhead.cpu.simd.Width.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// The speed at which threads read memory that no cache holds: each reads a run of its own of one buffer. It lies in
/// memory as packed weights do, so pages are of the same size. Used by one thread.
public final class ReadBandwidth implements AutoCloseable {
    /// Bytes that a thread takes at a time: a panel of weights has about as many.
    private static final int BLOCK = 1 << 20;

    /// Bytes that are fetched ahead: few enough for the second level cache to keep them.
    private static final int AHEAD = 1 << 17;

    private static final int CACHE_LINE = 64;
    private static final int LINES_OF_BLOCK = BLOCK / CACHE_LINE;
    private static final int INTS_OF_BLOCK = BLOCK / Integer.BYTES;
    private static final int VECTOR_BYTES = INTS.vectorByteSize();
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ORDER);

    /// Each thread reads at least so much for a sample, in some ten milliseconds.
    private static final long SAMPLE_BYTES = 1L << 29;

    /// How a block is read; which is fastest depends on the processor.
    private enum Way {
        /// Whole vectors.
        VECTORS,
        /// A byte of each cache line: fetches a line with the fewest instructions.
        LINES,
        /// A byte of each line, then whole vectors, as kernels do.
        LINES_THEN_VECTORS
    }

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer;
    private final Team team = new Team();

    /// @param bytes size of the buffer; several times the last level cache, or that is what is measured
    public ReadBandwidth(long bytes) {
        buffer = arena.allocate(Math.max(1, bytes / BLOCK) * BLOCK, CACHE_LINE);
        for (long at = 0; at < buffer.byteSize(); at += Integer.BYTES) {
            buffer.set(INT, at, 1);
        }
    }

    /// Size of the buffer in bytes.
    public long bytes() {
        return buffer.byteSize();
    }

    /// Measures once, by the fastest way.
    ///
    /// @param threads number of threads, at least 1
    /// @return bytes per nanosecond, that is GB/s
    public double gigabytesPerSecond(int threads) {
        double best = 0;
        for (Way way : Way.values()) {
            best = Math.max(best, gigabytesPerSecond(threads, way));
        }
        return best;
    }

    private double gigabytesPerSecond(int threads, Way way) {
        long blocks = buffer.byteSize() / BLOCK;
        long passes = Math.ceilDiv(SAMPLE_BYTES * threads, buffer.byteSize());
        AtomicLong sum = new AtomicLong();
        double seconds = team.seconds(threads, thread -> {
            long own = 0;
            for (long pass = 0; pass < passes; pass++) {
                for (long block = blocks * thread / threads; block < blocks * (thread + 1) / threads; block++) {
                    own += read(way, block * BLOCK);
                }
            }
            sum.addAndGet(own);
        });
        long expected = passes * blocks * switch (way) {
            case VECTORS -> INTS_OF_BLOCK;
            case LINES -> LINES_OF_BLOCK;
            case LINES_THEN_VECTORS -> LINES_OF_BLOCK + INTS_OF_BLOCK;
        };
        if (sum.get() != expected) {
            throw new IllegalStateException(way + ": expected a sum of " + expected + ", found " + sum);
        }
        return passes * buffer.byteSize() / seconds / 1e9;
    }

    /// Sum of the numbers that were read: every int is 1, and so is the first byte of each line.
    private long read(Way way, long at) {
        return switch (way) {
            case VECTORS -> vectors(buffer, at, BLOCK);
            case LINES -> lines(buffer, at, BLOCK);
            case LINES_THEN_VECTORS -> linesThenVectors(buffer, at);
        };
    }

    private static long linesThenVectors(MemorySegment data, long at) {
        long sum = 0;
        for (int from = 0; from < BLOCK; from += AHEAD) {
            sum += lines(data, at + from, AHEAD) + vectors(data, at + from, AHEAD);
        }
        return sum;
    }

    private static long lines(MemorySegment data, long at, int bytes) {
        int sum = 0;
        for (int line = 0; line < bytes; line += CACHE_LINE) {
            sum += data.get(JAVA_BYTE, at + line);
        }
        return sum;
    }

    /// Eight sums, so that no addition waits for another.
    private static long vectors(MemorySegment data, long at, int bytes) {
        IntVector a = IntVector.zero(INTS);
        IntVector b = a;
        IntVector c = a;
        IntVector d = a;
        IntVector e = a;
        IntVector f = a;
        IntVector g = a;
        IntVector h = a;
        for (int i = 0; i < bytes; i += 8 * VECTOR_BYTES) {
            a = a.add(IntVector.fromMemorySegment(INTS, data, at + i, ORDER));
            b = b.add(IntVector.fromMemorySegment(INTS, data, at + i + VECTOR_BYTES, ORDER));
            c = c.add(IntVector.fromMemorySegment(INTS, data, at + i + 2 * VECTOR_BYTES, ORDER));
            d = d.add(IntVector.fromMemorySegment(INTS, data, at + i + 3 * VECTOR_BYTES, ORDER));
            e = e.add(IntVector.fromMemorySegment(INTS, data, at + i + 4 * VECTOR_BYTES, ORDER));
            f = f.add(IntVector.fromMemorySegment(INTS, data, at + i + 5 * VECTOR_BYTES, ORDER));
            g = g.add(IntVector.fromMemorySegment(INTS, data, at + i + 6 * VECTOR_BYTES, ORDER));
            h = h.add(IntVector.fromMemorySegment(INTS, data, at + i + 7 * VECTOR_BYTES, ORDER));
        }
        return a.add(b).add(c.add(d)).add(e.add(f).add(g.add(h))).reduceLanes(VectorOperators.ADD);
    }

    @Override
    public void close() {
        team.close();
        arena.close();
    }
}
