package dev.railhead.benchmarks.roofline;

import dev.railhead.LoadMode;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import java.lang.foreign.Arena;
import java.time.Duration;

/// Runs the products of every weight type on small matrices, so that the compiler has seen all of them before one is
/// measured. Code that is fast while it serves a single type may be slow in an application that loads two models.
public final class WarmUp {
    /// Sweeps over all types: what the second one compiles knows all of them.
    private static final int SWEEPS = 2;

    private static final int ROWS = 4 * RepeatedWeights.PERIOD;
    private static final int COLUMNS = 2048;

    /// Two tiles and a rest of every size.
    private static final int LONG_STEP = 25;

    private WarmUp() {}

    /// Runs all types.
    ///
    /// @param backend computes
    /// @param perType how long each type runs
    /// @param progress is told after each type of each sweep
    public static void run(Backend backend, Duration perType, Progress progress) {
        int done = 0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            for (BlockType type : WeightTypes.all()) {
                run(backend, type, perType.toNanos() / SWEEPS);
                progress.update("warming up", ++done, SWEEPS * WeightTypes.all().size());
            }
        }
    }

    private static void run(Backend backend, BlockType type, long nanos) {
        RepeatedWeights weights = new RepeatedWeights(type, COLUMNS, LONG_STEP);
        Activations out = new Activations(LONG_STEP, ROWS);
        try (Arena arena = Arena.ofShared()) {
            Matrix matrix = backend.pack(weights.tensor(ROWS, arena), LoadMode.PACKED, arena);
            long end = System.nanoTime() + nanos;
            do {
                for (int step : new int[]{1, 2, 4, 8, 12, LONG_STEP}) {
                    backend.matmul(weights.in(), step, matrix, out);
                    weights.check(out, step);
                }
            } while (System.nanoTime() - end < 0);
        }
    }
}
