package dev.railhead.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.railhead.LoadMode;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
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
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().threadId();
        try (Arena arena = Arena.ofShared(); Backend backend = new CpuBackendProvider().create(1)) {
            Matrix[] weights = {
                    backend.pack(Samples.tensor(type, ROWS, COLUMNS, 1, arena), LoadMode.PACKED, arena)};
            for (int step : new int[]{1, 2, 12}) {
                Activations in = Samples.activations(step, COLUMNS, 2);
                Activations[] out = {new Activations(step, ROWS)};
                long least = Long.MAX_VALUE;
                for (int attempt = 0; attempt < ATTEMPTS && least > LIMIT; attempt++) {
                    for (int i = 0; i < 20; i++) {
                        backend.matmul(in, step, weights, out);
                    }
                    long before = memory.getThreadAllocatedBytes(self);
                    backend.matmul(in, step, weights, out);
                    least = Math.min(least, memory.getThreadAllocatedBytes(self) - before);
                }
                assertThat(least).as(type + ", " + step + " rows").isLessThanOrEqualTo(LIMIT);
            }
        }
    }
}
