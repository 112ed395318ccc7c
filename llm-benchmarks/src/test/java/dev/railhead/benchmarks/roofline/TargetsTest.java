package dev.railhead.benchmarks.roofline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.gguf.block.WeightTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetsTest {
    @ParameterizedTest
    @CsvSource({"F32, 0.8", "F16, 0.8", "BF16, 0.8", "Q8_0, 0.8", "IQ4_NL, 0.8", "MXFP4, 0.8", "Q4_0, 1.3", "Q4_1, 1.3",
            "Q4_K, 1.3", "Q5_0,",
            "Q5_1,", "Q5_K,", "Q6_K,"})
    void prefillHasATargetByBits(String type, Double target) {
        var found = Targets.of(WeightTypes.byName(type), RooflineBenchmark.PREFILL, false);
        assertThat(found.isPresent()).isEqualTo(target != null);
        assertThat(found.orElse(-1)).isEqualTo(target == null ? -1 : target);
    }

    @Test
    void decodeHasATargetWithAllThreadsAndSmallBatchesHaveNone() {
        assertThat(Targets.of(WeightTypes.F32, 1, true)).hasValue(0.85);
        assertThat(Targets.of(WeightTypes.F32, 1, false)).isEmpty();
        assertThat(Targets.of(WeightTypes.F32, 8, true)).isEmpty();
    }
}
