package dev.railhead.benchmarks.kernel;

import dev.railhead.LoadMode;
import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.cpu.CpuBackendProvider;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The matrix product for each weight type, with one row of activations (decode: bound by memory) and with many (prefill:
/// bound by arithmetic). Results are compared with the scalar backend before anything is measured.
///
/// Counters: `gigabytes` of packed weights and `gigaMultiplyAdds` per second.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class MatmulBenchmark {
    private static final int COLUMNS = 4096;

    /// Rows that are different; the matrix repeats them.
    private static final int PATTERN_ROWS = 64;

    /// Large enough that no cache holds the matrix: 37 MB for 4-bit codes.
    private static final int ROWS = 16384;

    /// GGUF's name of the type.
    @Param({"Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K", "F16", "BF16", "F32"})
    public String type = "";

    /// Rows of activations.
    @Param({"1", "120"})
    public int step;

    /// Threads that compute.
    @Param({"1", "2"})
    public int threads;

    private Arena arena = Arena.ofShared();
    private Backend backend = new CpuBackendProvider().create(1);
    private Matrix[] matrix = {};
    private Activations in = new Activations(0, 0);
    private Activations[] out = {};

    /// What is counted for each second.
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Counters {
        /// Packed weights read, if each is read once.
        public double gigabytes;

        /// Products added.
        public double gigaMultiplyAdds;

        /// JMH makes the state.
        public Counters() {}
    }

    /// JMH makes the benchmark.
    public MatmulBenchmark() {}

    /// Packs the matrix and checks the product.
    @Setup(Level.Trial)
    public void setUp() {
        backend.close();
        backend = new CpuBackendProvider().create(threads);
        Random random = new Random(1);
        Tensor pattern = pattern(WeightTypes.byName(type), random);
        Tensor tensor = repeated(pattern);
        in = new Activations(step, COLUMNS);
        for (int i = 0; i < in.values.length; i++) {
            in.values[i] = (float) random.nextGaussian();
        }
        matrix = new Matrix[]{backend.pack(tensor, LoadMode.PACKED, arena)};
        out = new Activations[]{new Activations(step, ROWS)};
        check(pattern);
    }

    private Tensor pattern(BlockType type, Random random) {
        float[] values = new float[PATTERN_ROWS * COLUMNS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        MemorySegment data = arena.allocate(type.bytes(values.length));
        type.encode(values, 0, values.length, data, 0);
        return new Tensor("pattern", type, new long[]{COLUMNS, PATTERN_ROWS}, data, "benchmark");
    }

    private Tensor repeated(Tensor pattern) {
        long bytes = pattern.data().byteSize();
        MemorySegment data = arena.allocate(bytes * (ROWS / PATTERN_ROWS));
        for (long at = 0; at < data.byteSize(); at += bytes) {
            data.asSlice(at, bytes).copyFrom(pattern.data());
        }
        return new Tensor("weights", pattern.type(), new long[]{COLUMNS, ROWS}, data, "benchmark");
    }

    private void check(Tensor pattern) {
        Activations expected = new Activations(step, PATTERN_ROWS);
        try (Backend reference = new ReferenceBackend()) {
            reference.matmul(in, step, reference.pack(pattern, LoadMode.MAPPED, arena), expected);
        }
        backend.matmul(in, step, matrix, out);
        for (int i = 0; i < step * ROWS; i++) {
            float e = expected.values[i / ROWS * PATTERN_ROWS + i % PATTERN_ROWS];
            if (Float.floatToIntBits(out[0].values[i]) != Float.floatToIntBits(e)) {
                throw new AssertionError(type + ": value " + i + ": expected " + e + ", found " + out[0].values[i]);
            }
        }
    }

    /// Gives the memory back.
    @TearDown(Level.Trial)
    public void tearDown() {
        backend.close();
        arena.close();
    }

    /// One product.
    @Benchmark
    public Activations multiply(Counters counters) {
        backend.matmul(in, step, matrix, out);
        counters.gigabytes += matrix[0].bytes() / 1e9;
        counters.gigaMultiplyAdds += (double) step * ROWS * COLUMNS / 1e9;
        return out[0];
    }
}
