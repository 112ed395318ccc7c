package dev.railhead.cpu;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.LoadMode;
import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.Tensor;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Products of parts of rows against the scalar backend, bit for bit; what lies between the parts stays.
class PartProductsTest {
    private static final int HEADS = 5;
    private static final int ROWS = 70;
    private static final int BEHIND = 3; // values of an input part that are not read
    private static final int BEFORE = 7; // values of an output part that are not written
    private static final int[] STEPS = {1, 2, 21};

    static Stream<BlockType> types() {
        return Samples.types().stream();
    }

    @ParameterizedTest
    @MethodSource("types")
    void equalTheReference(BlockType type) {
        int columns = type.blockSize() == 1 && type.activationGroup() <= 1
                ? 33
                : Math.max(type.blockSize(), type.activationGroup());
        try (Arena arena = Arena.ofShared(); Backend reference = new ReferenceBackend()) {
            Tensor[] tensors = new Tensor[HEADS];
            Arrays.setAll(tensors, head -> Samples.tensor(type, ROWS, columns, head, arena));
            for (int step : STEPS) {
                Activations x = Samples.activations(step, HEADS * (columns + BEHIND), step);
                float[] expected = run(reference, tensors, x, step, arena);
                for (int threads = 1; threads <= 3; threads++) {
                    try (Backend cpu = new CpuBackend(WorkerPool.shared(), threads);
                            Backend warming = new CpuBackendProvider().create(threads)) {
                        String what = type + " x " + step + " rows, " + threads + " threads";
                        Samples.assertSameBits(run(cpu, tensors, x, step, arena), expected, expected.length, what);
                        Samples.assertSameBits(run(warming, tensors, x, step, arena), expected, expected.length, what);
                    }
                }
            }
        }
    }

    private static float[] run(Backend backend, Tensor[] tensors, Activations x, int step, Arena arena) {
        Matrix[] weights = Arrays.stream(tensors).map(tensor -> backend.pack(tensor, LoadMode.PACKED, arena))
                .toArray(Matrix[]::new);
        Activations out = Samples.activations(step, HEADS * (BEFORE + ROWS), 9);
        backend.matmulParts(x, step, weights, out);
        return out.values;
    }

    @Test
    void matricesOfOtherBackendsAreRefused() {
        try (Arena arena = Arena.ofShared();
                Backend reference = new ReferenceBackend();
                Backend cpu = new CpuBackend(WorkerPool.shared(), 2)) {
            Tensor tensor = Samples.tensor(WeightTypes.byName("F32"), 4, 8, 1, arena);
            Matrix[] others = {reference.pack(tensor, LoadMode.PACKED, arena)};
            assertThatThrownBy(() -> cpu.matmulParts(new Activations(1, 8), 1, others, new Activations(1, 4)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("was not packed by this backend");
        }
    }
}
