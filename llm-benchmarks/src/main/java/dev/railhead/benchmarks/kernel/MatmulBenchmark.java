package dev.railhead.benchmarks.kernel;

import dev.railhead.LoadMode;
import dev.railhead.benchmarks.roofline.FmaPeak;
import dev.railhead.benchmarks.roofline.Progress;
import dev.railhead.benchmarks.roofline.ReadBandwidth;
import dev.railhead.benchmarks.roofline.RepeatedWeights;
import dev.railhead.benchmarks.roofline.WarmUp;
import dev.railhead.cpu.CpuBackendProvider;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import java.lang.foreign.Arena;
import java.time.Duration;
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
/// bound by arithmetic). In each fork all types are warmed up, and the result is compared with the scalar backend's, before
/// anything is measured.
///
/// Counters, for each second: `gigabytes` of packed weights and `gigaflops`, two for each multiply-add; `ofRead` and `ofF32`
/// are these as fractions of what the same threads read and multiply, measured in the same fork.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class MatmulBenchmark {
    private static final int COLUMNS = 4096;

    /// Large enough that few caches hold the matrix: 151 MB for 4-bit codes.
    private static final int ROWS = 65536;

    /// A layer's matrix: for prefill it has to be larger than the second level cache only.
    private static final int PREFILL_ROWS = 4096;

    private static final int PREFILL = 512;

    private static final long BUFFER_BYTES = 512 << 20;

    /// Measurements of the machine, after as many that are not counted.
    private static final int MACHINE_ROUNDS = 5;

    /// GGUF's name of the type: each of [WeightTypes].
    @Param({"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K",
            "IQ1_S",
            "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "IQ4_NL", "IQ4_XS", "MXFP4", "NVFP4", "TQ1_0",
            "TQ2_0", "Q1_0", "Q2_0"})
    public String type = "";

    /// What is computed.
    @Param
    public Work work = Work.DECODE;

    /// Threads that compute.
    @Param
    public Threads threads = Threads.ONE;

    private final Arena arena = Arena.ofShared();
    private Backend backend = new CpuBackendProvider().create(1);
    private int step;
    private Matrix[] matrix = {};
    private Activations in = new Activations(0, 0);
    private Activations[] out = {};
    private double readSpeed; // GB/s
    private double multiplySpeed; // G multiply-adds/s

    /// What a product is for.
    public enum Work {
        /// One row of activations.
        DECODE,
        /// A prompt.
        PREFILL
    }

    /// How many threads compute.
    public enum Threads {
        /// One.
        ONE,
        /// One for each processor.
        ALL
    }

    /// What is counted for each second.
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Counters {
        /// Packed weights read, if each is read once, in GB.
        public double gigabytes;

        /// Products and sums, in billions.
        public double gigaflops;

        /// `gigabytes` as a fraction of what the machine reads.
        public double ofRead;

        /// `gigaflops` as a fraction of what the machine does in f32.
        public double ofF32;

        /// JMH makes the state.
        public Counters() {}
    }

    /// JMH makes the benchmark.
    public MatmulBenchmark() {}

    /// Measures the machine, warms up all types, packs the matrix and checks the product.
    @Setup(Level.Trial)
    public void setUp() {
        int count = threads == Threads.ONE ? 1 : Runtime.getRuntime().availableProcessors();
        measureMachine(count);
        backend.close();
        backend = new CpuBackendProvider().create(count);
        WarmUp.run(backend, Duration.ofSeconds(1), Progress.NONE);
        step = work == Work.DECODE ? 1 : PREFILL;
        int rows = work == Work.DECODE ? ROWS : PREFILL_ROWS;
        RepeatedWeights weights = new RepeatedWeights(WeightTypes.byName(type), COLUMNS, step);
        in = weights.in();
        try (Arena file = Arena.ofShared()) {
            matrix = new Matrix[]{backend.pack(weights.tensor(rows, file), LoadMode.PACKED, arena)};
        }
        out = new Activations[]{new Activations(step, rows)};
        backend.matmul(in, step, matrix, out);
        weights.check(out[0], step);
    }

    private void measureMachine(int count) {
        try (ReadBandwidth read = new ReadBandwidth(BUFFER_BYTES); FmaPeak multiply = new FmaPeak()) {
            for (int round = 0; round < 2 * MACHINE_ROUNDS; round++) {
                double readNow = read.gigabytesPerSecond(count);
                double multiplyNow = multiply.gigaMultiplyAdds(count);
                if (round >= MACHINE_ROUNDS) {
                    readSpeed = Math.max(readSpeed, readNow);
                    multiplySpeed = Math.max(multiplySpeed, multiplyNow);
                }
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
        double gigabytes = matrix[0].bytes() / 1e9;
        double multiplyAdds = (double) step * matrix[0].rows() * COLUMNS / 1e9;
        counters.gigabytes += gigabytes;
        counters.gigaflops += 2 * multiplyAdds;
        counters.ofRead += gigabytes / readSpeed;
        counters.ofF32 += multiplyAdds / multiplySpeed;
        return out[0];
    }
}
