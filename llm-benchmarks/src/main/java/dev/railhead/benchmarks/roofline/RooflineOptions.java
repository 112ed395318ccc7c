package dev.railhead.benchmarks.roofline;

import dev.railhead.core.session.MemoryLimits;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import java.time.Duration;
import java.util.List;

/// What [RooflineBenchmark] measures, and how large it is.
///
/// @param types the weight types to be measured
/// @param threads threads to be measured beside 1
/// @param rounds measurements of everything for each type; the median counts
/// @param warmUp how long each weight type runs before any is measured
/// @param matrixBytes size of the matrix for decode and small batches, and of the buffer that is read for the bandwidth
/// @param width inner dimension of all matrices, a multiple of 256, and the other dimension of the one for prefill
public record RooflineOptions(List<BlockType> types, int threads, int rounds, Duration warmUp, long matrixBytes,
        int width) {
    /// Beyond the last level cache of processors for desktops and of most servers.
    private static final long MATRIX_BYTES = 512 << 20;

    /// The buffer, and the matrix in the file's layout and packed: less than half of what is free.
    private static final int SHARE_OF_MEMORY = 8;

    /// Of a model of 7 billion parameters: 9 MiB in 4 bits, more than second level caches hold.
    private static final int WIDTH = 4096;

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if a number is out of range or there is no type
    public RooflineOptions {
        types = List.copyOf(types);
        check(!types.isEmpty(), "types", "at least one", "none");
        check(threads >= 1, "threads", "at least 1", threads);
        check(rounds >= 1, "rounds", "at least 1", rounds);
        check(matrixBytes >= 1, "matrixBytes", "at least 1", matrixBytes);
        check(width >= 256 && width % 256 == 0, "width", "a multiple of 256", width);
    }

    private static void check(boolean valid, String what, String expected, Object found) {
        if (!valid) {
            throw new IllegalArgumentException(what + ": expected " + expected + ", found " + found);
        }
    }

    /// All types, sizes that suit the memory of this machine.
    public static RooflineOptions of(int threads, int rounds, Duration warmUp) {
        return new RooflineOptions(WeightTypes.all(), threads, rounds, warmUp,
                Math.clamp(MemoryLimits.available() / SHARE_OF_MEMORY, 1, MATRIX_BYTES), WIDTH);
    }

    /// These options with other types.
    public RooflineOptions withTypes(List<BlockType> others) {
        return new RooflineOptions(others, threads, rounds, warmUp, matrixBytes, width);
    }

    /// These options with another size of the matrix for decode, in bytes.
    public RooflineOptions withMatrixBytes(long bytes) {
        return new RooflineOptions(types, threads, rounds, warmUp, bytes, width);
    }
}
