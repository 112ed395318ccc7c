package dev.railhead.benchmarks.kernel;

import dev.railhead.KvCacheType;
import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.cpu.CpuBackendProvider;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.KvRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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

/// Attention of all layers of a model in the shape of Llama 3.2 1B for each type of KV cache: one row (decode: bound by
/// memory) or a prefill chunk of 256 at a depth. The first row is compared with the scalar backend before anything is
/// measured.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class AttentionBenchmark {
    private static final int LAYERS = 16;
    private static final AttentionShape SHAPE = new AttentionShape(32, 8, 64, 64, 0.125f);

    /// How keys and values are kept.
    @Param
    public KvCacheType type = KvCacheType.F16;

    /// Position of the first row.
    @Param({"128", "4096"})
    public int depth;

    /// Rows.
    @Param({"1", "256"})
    public int step;

    /// Threads that compute.
    @Param({"1", "2"})
    public int threads;

    private final Arena arena = Arena.ofShared();
    private Backend backend = new CpuBackendProvider().create(1);
    private KvRows rows = new Rows(layout(KvCacheType.F16), new MemorySegment[0], 0);
    private Activations q = new Activations(0, 0);
    private Activations out = q;

    /// One sequence.
    private record Rows(KvLayout layout, MemorySegment[] pages, int first) implements KvRows {
        @Override
        public int position(int row) {
            return first + row;
        }

        @Override
        public int length(int row) {
            return pages.length * KvLayout.PAGE_LENGTH;
        }

        @Override
        public MemorySegment page(int layer, int row, int page) {
            return pages[page];
        }
    }

    /// JMH makes the benchmark.
    public AttentionBenchmark() {}

    private static KvLayout layout(KvCacheType type) {
        int[] heads = new int[LAYERS];
        int[] length = new int[LAYERS];
        Arrays.fill(heads, SHAPE.kvHeadCount());
        Arrays.fill(length, SHAPE.keyLength());
        return new KvLayout(heads, length, length).withType(type);
    }

    private static Activations random(int rows, int columns, Random random) {
        Activations x = new Activations(rows, columns);
        for (int i = 0; i < x.values.length; i++) {
            x.values[i] = (float) random.nextGaussian();
        }
        return x;
    }

    /// Fills the pages and checks a row.
    @Setup(Level.Trial)
    public void setUp() {
        backend.close();
        backend = new CpuBackendProvider().create(threads);
        Random random = new Random(1);
        KvLayout layout = layout(type);
        int length = depth + step;
        MemorySegment[] pages = new MemorySegment[Math.ceilDiv(length, KvLayout.PAGE_LENGTH)];
        Arrays.setAll(pages, i -> arena.allocate(layout.pageBytes(), 64));
        for (int layer = 0; layer < LAYERS; layer++) {
            Activations kv = random(length, SHAPE.kvHeadCount() * SHAPE.keyLength(), random);
            backend.storeKeysValues(SHAPE, layer, kv, kv, length, new Rows(layout, pages, 0));
        }
        rows = new Rows(layout, pages, depth);
        q = random(step, SHAPE.headCount() * SHAPE.keyLength(), random);
        out = new Activations(step, SHAPE.headCount() * SHAPE.valueLength());
        check();
    }

    private void check() {
        Activations expected = new Activations(1, out.columns);
        try (Backend reference = new ReferenceBackend()) {
            reference.attention(SHAPE, 0, q, 1, rows, expected);
        }
        backend.attention(SHAPE, 0, q, step, rows, out);
        for (int i = 0; i < out.columns; i++) {
            if (Float.floatToIntBits(out.values[i]) != Float.floatToIntBits(expected.values[i])) {
                throw new AssertionError(type + ": value " + i + ": expected " + expected.values[i] + ", found "
                        + out.values[i]);
            }
        }
    }

    /// Gives the memory back.
    @TearDown(Level.Trial)
    public void tearDown() {
        backend.close();
        arena.close();
    }

    /// All layers.
    @Benchmark
    public Activations attend() {
        for (int layer = 0; layer < LAYERS; layer++) {
            backend.attention(SHAPE, layer, q, step, rows, out);
        }
        return out;
    }
}
