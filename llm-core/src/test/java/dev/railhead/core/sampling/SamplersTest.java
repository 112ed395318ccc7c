package dev.railhead.core.sampling;

import static dev.railhead.core.sampling.RandomLogits.candidates;
import static dev.railhead.core.sampling.RandomLogits.ranking;
import static dev.railhead.core.sampling.RandomLogits.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.Sampler;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplersTest {
    private final Samplers samplers = new Samplers();

    @ParameterizedTest
    @CsvSource({"1,0.5", "2,0.9", "500,0.0", "500,0.3", "500,0.95", "500,0.9999", "150000,0.5", "150000,0.95",
            "150000,0.999"})
    void topPKeepsTheSmallestSetThatReachesP(int size, float p) {
        float[] logits = RandomLogits.of(size, size + 2);
        CandidateList all = candidates(logits);
        int[] best = ranking(logits);
        CandidateList candidates = candidates(logits);
        samplers.topP(p).apply(candidates);

        int count = candidates.size();
        assertThat(tokens(candidates)).isEqualTo(Arrays.copyOf(best, count));
        double mass = Arrays.stream(best, 0, count).mapToDouble(all::probability).sum();
        double last = all.probability(best[count - 1]);
        // p and the probabilities are floats: sums are exact to 2^-24 relative
        assertThat(mass).isGreaterThanOrEqualTo(p - 0x1p-22);
        assertThat(count == 1 || mass - last < p + 0x1p-22).as("without the last one p is not reached").isTrue();
    }

    @ParameterizedTest
    @ValueSource(floats = {0.05f, 0.5f, 1f})
    void minPKeepsWhatIsAtLeastPTimesAsLikelyAsTheBest(float p) {
        float[] logits = RandomLogits.of(5000, 3);
        CandidateList candidates = candidates(logits);
        samplers.minP(p).apply(candidates);
        double least = logits[ranking(logits)[0]] + StrictMath.log(p);
        assertThat(tokens(candidates)).containsExactly(
                java.util.stream.IntStream.range(0, 5000).filter(i -> logits[i] >= least).toArray());
    }

    @Test
    void neutralParametersChangeNothing() {
        for (Sampler sampler : List.of(samplers.topK(0), samplers.topP(1), samplers.minP(0), samplers.temperature(1))) {
            CandidateList candidates = candidates(3, Float.NEGATIVE_INFINITY, 5);
            sampler.apply(candidates);
            assertThat(tokens(candidates)).as("%s", sampler).containsExactly(0, 1, 2);
            assertThat(candidates.logit(2)).isEqualTo(5);
            assertThat(candidates.isPicked()).isFalse();
        }
    }

    @Test
    void temperatureDividesTheLogits() {
        CandidateList candidates = candidates(3, -1, Float.NEGATIVE_INFINITY);
        samplers.temperature(0.5f).apply(candidates);
        assertThat(candidates.logit(0)).isEqualTo(6);
        assertThat(candidates.logit(1)).isEqualTo(-2);
        assertThat(candidates.logit(2)).isEqualTo(Float.NEGATIVE_INFINITY);
    }

    @ParameterizedTest
    @CsvSource({"20,30", "-30,-20", "1,3e38", "-3e38,3e38"})
    void tinyTemperatureLeavesTheBestInsteadOfOverflowing(float other, float best) {
        CandidateList candidates = candidates(other, best, other);
        samplers.temperature(Float.MIN_VALUE).apply(candidates);
        assertThat(candidates.probability(1)).isEqualTo(1);
        assertThat(candidates.picked()).isEqualTo(1);
    }

    @Test
    void greedyAndTemperatureZeroTakeTheLowestIdAmongEquals() {
        for (Sampler sampler : List.of(samplers.greedy(), samplers.temperature(0))) {
            CandidateList candidates = candidates(1, 7, 7, 0);
            candidates.retain(i -> i > 0);
            sampler.apply(candidates);
            assertThat(candidates.picked()).isEqualTo(1);
        }
    }

    @Test
    void anApplicationsLambdaWorksInAChain() {
        Sampler ban = candidates -> {
            for (int i = 0; i < candidates.size(); i++) {
                if (candidates.token(i) == 2) {
                    candidates.setLogit(i, Float.NEGATIVE_INFINITY);
                }
            }
        };
        CandidateList candidates = candidates(1, 2, 9, 3);
        samplers.chain(List.of(ban, samplers.topK(2), samplers.greedy())).apply(candidates);
        assertThat(candidates.picked()).isEqualTo(3);
        assertThat(tokens(candidates)).containsExactly(3, 1);
    }

    @ParameterizedTest
    @ValueSource(floats = {-0.1f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void refusesArgumentsOutOfRange(float bad) {
        assertThatThrownBy(() -> samplers.temperature(bad)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("temperature: expected 0 or more, finite, found " + bad);
        assertThatThrownBy(() -> samplers.topP(bad)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topP: expected 0 to 1, found " + bad);
        assertThatThrownBy(() -> samplers.minP(bad)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("minP: expected 0 to 1, found " + bad);
    }

    @Test
    void refusesPAboveOneAndNegativeK() {
        assertThatThrownBy(() -> samplers.topP(1.01f)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> samplers.minP(1.01f)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> samplers.topK(-1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topK: expected 0 or more, found -1");
    }
}
