package dev.railhead.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.railhead.KvCacheType;
import dev.railhead.LoadMode;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionMask;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Compiled inner loops allocate nothing. Where the compiler stops inlining, every vector becomes an object and a kernel
/// ten times slower; that shows here first.
class AllocationTest {
    private static final int ROWS = 128;
    private static final int COLUMNS = 2304;

    /// A boxed vector in an inner loop is 1.4 MB or more for a product of this size: 2304 · 128 / 16 vectors of 80 bytes; one at
    /// the end of a group 45 KB. The rest is for what the measurement itself allocates.
    private static final long LIMIT = 1 << 16;

    /// Tries until the compiler is done.
    private static final int ATTEMPTS = 1000;

    static Stream<BlockType> types() {
        return Samples.types().stream();
    }

    @ParameterizedTest
    @MethodSource("types")
    void compiledInnerLoopsAllocateNothing(BlockType type) {
        try (Arena arena = Arena.ofShared(); Backend backend = new CpuBackendProvider().create(1)) {
            Matrix[] weights = {
                    backend.pack(Samples.tensor(type, ROWS, COLUMNS, 1, arena), LoadMode.PACKED, arena)};
            for (int step : new int[]{1, 2, 12}) {
                Activations in = Samples.activations(step, COLUMNS, 2);
                Activations[] out = {new Activations(step, ROWS)};
                long least = leastAllocated(() -> backend.matmul(in, step, weights, out));
                assertThat(least).as(type + ", " + step + " rows").isLessThanOrEqualTo(LIMIT);
            }
        }
    }

    /// A boxed vector in a loop over scores is 164 KB or more: 32 queries · 1024 positions / 16 vectors of 80 bytes.
    @ParameterizedTest
    @EnumSource
    void compiledAttentionAllocatesNothing(KvCacheType type) {
        attentionAllocatesNothing(type, new AttentionShape(32, 8, 64, 64, 0.125f));
    }

    @ParameterizedTest
    @EnumSource
    void compiledCappedAttentionAllocatesNothing(KvCacheType type) {
        attentionAllocatesNothing(type, new AttentionShape(32, 8, 64, 64, 0.125f).withSoftcap(50f)
                .withMask(new AttentionMask(true, 700)).withSinks(new float[32]));
    }

    private static void attentionAllocatesNothing(KvCacheType type, AttentionShape shape) {
        KvLayout layout = SampleRows.layout(shape, type);
        int length = 16 * KvLayout.PAGE_LENGTH;
        try (Arena arena = Arena.ofShared(); Backend backend = new CpuBackendProvider().create(1)) {
            MemorySegment[][] pages = SampleRows.pages(layout, 1, 16, arena);
            Activations kv = Samples.activations(length, 8 * 64, 1);
            backend.storeKeysValues(shape, 0, kv, kv, length,
                    new SampleRows(layout, pages, new int[length], IntStream.range(0, length).toArray()));
            for (int step : new int[]{1, 24}) {
                Activations q = Samples.activations(step, 32 * 64, 2);
                Activations out = new Activations(step, 32 * 64);
                var rows = new SampleRows(layout, pages, new int[step],
                        IntStream.range(length - step, length).toArray());
                long least = leastAllocated(() -> {
                    backend.storeKeysValues(shape, 0, kv, kv, step, rows);
                    backend.attention(shape, 0, q, step, rows, out);
                });
                assertThat(least).as(type + ", " + step + " rows").isLessThanOrEqualTo(LIMIT);
            }
        }
    }

    /// A boxed vector in a loop is 820 KB: 16 · 10240 / 16 vectors of 80 bytes.
    @ParameterizedTest
    @EnumSource
    void compiledFunctionsAllocateNothing(Activation function) {
        Activations x = Samples.activations(16, 10240, 1);
        Activations up = Samples.activations(16, 10240, 2);
        try (Backend backend = new CpuBackendProvider().create(1)) {
            assertThat(leastAllocated(() -> backend.gate(function, x, up, 16))).as("gate").isLessThanOrEqualTo(LIMIT);
            assertThat(leastAllocated(() -> backend.activate(function, x, 16))).as("activate")
                    .isLessThanOrEqualTo(LIMIT);
        }
    }

    @Test
    void compiledRowOperationsAllocateNothing() {
        Activations x = Samples.activations(16, 10240, 1);
        Activations y = Samples.activations(16, 10240, 2);
        Activations heads = x.view(64);
        float[] weight = Samples.activations(1, 10240, 3).values;
        Map<String, Consumer<Backend>> operations = Map.of("rmsNorm",
                backend -> backend.rmsNorm(x, 16, weight, 1e-5f, x),
                "rmsNorm of heads", backend -> backend.rmsNorm(heads, 16 * 160, weight, 1e-5f, heads),
                "layerNorm", backend -> backend.layerNorm(x, 16, weight, y.values, 1e-5f, x),
                "softcap", backend -> backend.softcap(x, 16, 30f),
                "add", backend -> backend.add(x, y, 16),
                "addBias", backend -> backend.addBias(x, 16, weight));
        try (Backend backend = new CpuBackendProvider().create(1)) {
            operations.forEach((name, operation) -> assertThat(leastAllocated(() -> operation.accept(backend))).as(name)
                    .isLessThanOrEqualTo(LIMIT));
        }
    }

    private static long leastAllocated(Runnable work) {
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().threadId();
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < ATTEMPTS && least > LIMIT; attempt++) {
            for (int i = 0; i < 20; i++) {
                work.run();
            }
            long before = memory.getThreadAllocatedBytes(self);
            work.run();
            least = Math.min(least, memory.getThreadAllocatedBytes(self) - before);
        }
        return least;
    }
}
