package dev.railhead.benchmarks.roofline;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.LoadMode;
import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import java.lang.foreign.Arena;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepeatedWeightsTest {
    private static final int STEP = 3;
    private static final int ROWS = 192;

    @ParameterizedTest
    @CsvSource({"Q4_K, 0", "Q4_K, 575", "F16, 300"})
    void everyWrongBitIsFound(String typeName, int index) {
        BlockType type = WeightTypes.byName(typeName);
        RepeatedWeights weights = new RepeatedWeights(type, 256, STEP);
        Activations out = new Activations(STEP, ROWS);
        try (Arena arena = Arena.ofConfined(); Backend backend = new ReferenceBackend()) {
            Matrix matrix = backend.pack(weights.tensor(ROWS, arena), LoadMode.MAPPED, arena);
            backend.matmul(weights.in(), STEP, matrix, out);
        }
        weights.check(out, STEP);

        out.values[index] = Math.nextUp(out.values[index]);
        assertThatThrownBy(() -> weights.check(out, STEP)).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(typeName + ", 3 rows of activations, row " + index / ROWS + ", output "
                        + index % ROWS + ": expected ");
    }
}
