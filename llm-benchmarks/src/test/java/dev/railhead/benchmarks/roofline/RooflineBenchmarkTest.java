package dev.railhead.benchmarks.roofline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A run of tiny sizes: what is measured there says nothing, but every kernel is compared and every number is one.
class RooflineBenchmarkTest {
    private static final List<BlockType> TYPES = List.of(WeightTypes.byName("Q4_0"), WeightTypes.byName("Q6_K"),
            WeightTypes.F32);

    @Test
    void everythingIsMeasuredAndNothingIsZeroOrInfinite() {
        List<String> heard = new ArrayList<>();
        RooflineResult result = RooflineBenchmark.run(
                new RooflineOptions(TYPES, 2, 2, Duration.ZERO, 3 << 19, 256),
                (what, done, total) -> heard.add(what + " " + done + "/" + total));

        assertThat(result.limits()).extracting(RooflineResult.Limits::threads).containsExactly(1, 2);
        assertThat(result.limits()).allSatisfy(limits -> {
            assertThat(limits.gigabytes()).isFinite().isPositive();
            assertThat(limits.gigaMultiplyAdds()).isFinite().isPositive();
        });
        assertThat(result.bufferBytes()).isEqualTo(1 << 20); // whole blocks
        assertThat(result.kernels()).hasSize(TYPES.size() * 2 * RooflineBenchmark.STEPS.length);
        assertThat(result.kernels()).allSatisfy(kernel -> {
            assertThat(kernel.gigabytes()).isFinite().isPositive();
            assertThat(kernel.gigaMultiplyAdds()).isFinite().isPositive();
            assertThat(kernel.ofBandwidth()).isFinite().isPositive();
            assertThat(kernel.ofPeak()).isFinite().isPositive();
        });
        int warmUps = 2 * WeightTypes.all().size(); // decode and prefill of every type
        assertThat(heard).contains("warming up " + warmUps + "/" + warmUps).endsWith("measuring 3/3");
        assertThat(RooflineTable.of(result)).contains("| Q4_0 | 1 |", "| Q6_K | 2 |", "| F32 | 2 |");
    }

    @Test
    void oneThreadIsMeasuredOnce() {
        RooflineResult result = RooflineBenchmark.run(
                new RooflineOptions(TYPES.subList(0, 1), 1, 1, Duration.ZERO, 1, 256), Progress.NONE);

        assertThat(result.limits()).extracting(RooflineResult.Limits::threads).containsExactly(1);
        assertThat(result.kernels()).extracting(KernelSpeed::step).containsExactly(1, 2, 4, 8, 12, 512);
        assertThat(result.kernels().getFirst().target()).hasValue(0.85); // one thread is all there are
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new RooflineOptions(List.of(), 1, 1, Duration.ZERO, 1, 256))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("types: expected at least one, found none");
        assertThatThrownBy(() -> new RooflineOptions(TYPES, 0, 1, Duration.ZERO, 1, 256))
                .hasMessage("threads: expected at least 1, found 0");
        assertThatThrownBy(() -> new RooflineOptions(TYPES, 1, 0, Duration.ZERO, 1, 256))
                .hasMessage("rounds: expected at least 1, found 0");
        assertThatThrownBy(() -> new RooflineOptions(TYPES, 1, 1, Duration.ZERO, 0, 256))
                .hasMessage("matrixBytes: expected at least 1, found 0");
        assertThatThrownBy(() -> new RooflineOptions(TYPES, 1, 1, Duration.ZERO, 1, 300))
                .hasMessage("width: expected a multiple of 256, found 300");
    }
}
