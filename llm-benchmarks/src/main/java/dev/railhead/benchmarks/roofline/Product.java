package dev.railhead.benchmarks.roofline;

import dev.railhead.benchmarks.WorkClock;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;

/// A matrix product that is measured again and again.
final class Product {
    /// Shorter samples are mostly noise.
    private static final double SAMPLE_SECONDS = 0.03;

    private final Backend backend;
    private final Matrix matrix;
    private final Activations in;
    private final Activations out;
    private final int step;
    private final int threads;
    private final int repetitions;

    /// Checks the result and finds out how often it runs in a sample.
    ///
    /// @param threads threads of the backend
    /// @param out receives the result, `float[step][rows of the matrix]`
    Product(Backend backend, int threads, Matrix matrix, RepeatedWeights weights, Activations out, int step) {
        this.backend = backend;
        this.threads = threads;
        this.matrix = matrix;
        in = weights.in();
        this.out = out;
        this.step = step;
        run(1);
        weights.check(out, step);
        repetitions = (int) Math.ceil(SAMPLE_SECONDS / run(1));
    }

    /// Rows of activations.
    int step() {
        return step;
    }

    /// Packed weights, in GB.
    double gigabytes() {
        return matrix.bytes() / 1e9;
    }

    /// Products that are added, in billions.
    double gigaMultiplyAdds() {
        return (double) step * matrix.rows() * matrix.columns() / 1e9;
    }

    /// Takes a sample.
    ///
    /// @return seconds of one product; CPU time of a single thread
    double seconds() {
        return run(repetitions) / repetitions;
    }

    private double run(int times) {
        long begin = WorkClock.nanos(threads);
        for (int i = 0; i < times; i++) {
            backend.matmul(in, step, matrix, out);
        }
        return Math.max(1, WorkClock.nanos(threads) - begin) / 1e9;
    }
}
