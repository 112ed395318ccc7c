package dev.railhead.benchmarks.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Param;

class MatmulBenchmarkTest {
    /// JMH wants its parameters as constants, which can't be made of the registry.
    @Test
    void everyWeightTypeIsMeasured() throws ReflectiveOperationException {
        String[] types = MatmulBenchmark.class.getField("type").getAnnotation(Param.class).value();
        assertThat(types).containsExactly(WeightTypes.all().stream().map(BlockType::name).toArray(String[]::new));
    }
}
