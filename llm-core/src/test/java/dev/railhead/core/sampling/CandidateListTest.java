package dev.railhead.core.sampling;

import static dev.railhead.core.sampling.RandomLogits.candidates;
import static dev.railhead.core.sampling.RandomLogits.ranking;
import static dev.railhead.core.sampling.RandomLogits.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.railhead.NumericException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CandidateListTest {
    private static final float NO = Float.NEGATIVE_INFINITY;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 63, 64, 65, 66, 67, 200, 1000, 4097, 150_000})
    void keepTopEqualsFullSort(int size) {
        float[] logits = RandomLogits.of(size, size);
        int[] expected = ranking(logits);
        CandidateList candidates = new CandidateList(size);
        for (int k : new int[]{1, 2, 3, 40, 64, 65, 1000, size / 2 + 1, size - 1, size, size + 1}) {
            if (k > 0) {
                candidates.reset(logits);
                candidates.keepTop(k);
                assertThat(tokens(candidates)).as("size %d, k %d", size, k)
                        .isEqualTo(Arrays.copyOf(expected, Math.min(k, size)));
                assertThat(IntStream.range(0, candidates.size()).allMatch(
                        i -> candidates.logit(i) == logits[candidates.token(i)])).isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "-1", "0"})
    void keepTopOfAscendingDescendingAndEqualLogits(int slope) {
        float[] logits = new float[20_000];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = slope * i;
        }
        CandidateList candidates = candidates(logits);
        candidates.keepTop(40);
        assertThat(tokens(candidates)).isEqualTo(Arrays.copyOf(ranking(logits), 40));
    }

    @Test
    void positiveAndNegativeZeroAreEqual() {
        CandidateList candidates = candidates(-1, -0f, 0f, -0f);
        candidates.sort();
        assertThat(tokens(candidates)).containsExactly(1, 2, 3, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1000, 150_000})
    void probabilitiesSumToOneAndFollowTheLogits(int size) {
        float[] logits = RandomLogits.of(size, size + 1);
        CandidateList candidates = candidates(logits);
        double sum = IntStream.range(0, size).mapToDouble(candidates::probability).sum();
        // each is rounded to 24 bits; so the sum is off by at most 2^-24 of itself
        assertThat(sum).isCloseTo(1, within(0x1p-23));
        for (int i = 1; i < size; i++) {
            double ratio = StrictMath.exp((double) logits[i] - logits[0]);
            assertThat((double) candidates.probability(i)).isCloseTo(ratio * candidates.probability(0),
                    within(ratio * candidates.probability(0) * 0x1p-22 + Float.MIN_NORMAL));
        }
    }

    @Test
    void probabilitiesFollowEveryChange() {
        CandidateList candidates = candidates(0, 0, 0, 0);
        assertThat(candidates.probability(3)).isEqualTo(0.25f);
        candidates.setLogit(0, NO);
        candidates.setLogit(1, NO);
        assertThat(candidates.probability(3)).isEqualTo(0.5f);
        candidates.retain(i -> i == 3);
        assertThat(tokens(candidates)).containsExactly(2, 3);
        candidates.keepTop(1);
        assertThat(candidates.probability(0)).isEqualTo(1f);
        candidates.reset(new float[4]);
        assertThat(candidates.probability(0)).isEqualTo(0.25f);
    }

    @Test
    void retainSeesTheCandidatesAsTheyWere() {
        CandidateList candidates = candidates(3, 1, 4, 1, 5);
        float[] seen = new float[5];
        candidates.retain(i -> {
            seen[i] = candidates.logit(0) + candidates.probability(i) * 0;
            return i > 1;
        });
        assertThat(seen).containsOnly(3f);
        assertThat(tokens(candidates)).containsExactly(2, 3, 4);
    }

    @Test
    void theFirstPickCountsWhateverHappensLater() {
        CandidateList candidates = candidates(1, 2, 3);
        assertThat(candidates.isPicked()).isFalse();
        candidates.pick(1);
        candidates.keepTop(1);
        candidates.pick(0);
        assertThat(candidates.isPicked()).isTrue();
        assertThat(candidates.picked()).isEqualTo(1);
        candidates.reset(new float[]{1, 2, 3});
        assertThat(candidates.isPicked()).isFalse();
        assertThat(candidates.picked()).as("most likely").isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void refusesLogitsThatAreNoNumbers(float bad) {
        CandidateList candidates = candidates(1, 2, 3);
        assertThatThrownBy(() -> candidates.reset(new float[]{0, bad, 0})).isInstanceOf(NumericException.class)
                .hasMessage("logit of token 1: expected a finite number or -Infinity, found " + bad
                        + "; the weights are damaged or the input is out of range");
        assertThatThrownBy(() -> candidates.setLogit(0, bad)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("logit: expected a finite number or -Infinity, found " + bad);
        assertThat(tokens(candidates)).containsExactly(0, 1, 2);
    }

    @Test
    void refusesLogitsWithoutAPossibleToken() {
        CandidateList candidates = candidates(1, 2);
        assertThatThrownBy(() -> candidates.reset(new float[]{NO, NO})).isInstanceOf(NumericException.class)
                .hasMessageStartingWith("logits of 2 tokens: expected at least one finite number");
        candidates.setLogit(0, NO);
        candidates.setLogit(1, NO);
        assertThatThrownBy(() -> candidates.probability(0)).isInstanceOf(NumericException.class)
                .hasMessageContaining("a sampler excluded every token");
        assertThatThrownBy(candidates::picked).isInstanceOf(NumericException.class)
                .hasMessage("pick of token 0: expected a finite logit, found -Infinity; a sampler excluded it");
    }

    @Test
    void checksIndexesAndCounts() {
        CandidateList candidates = candidates(1, 2, 3);
        candidates.keepTop(2);
        for (int index : new int[]{-1, 2, Integer.MAX_VALUE}) {
            String message = "candidate: expected 0 to 1, found " + index;
            assertThatThrownBy(() -> candidates.token(index)).isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage(message);
            assertThatThrownBy(() -> candidates.logit(index)).hasMessage(message);
            assertThatThrownBy(() -> candidates.setLogit(index, 0)).hasMessage(message);
            assertThatThrownBy(() -> candidates.probability(index)).hasMessage(message);
            assertThatThrownBy(() -> candidates.pick(index)).hasMessage(message);
        }
        assertThatThrownBy(() -> candidates.keepTop(0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("candidates to keep: expected 1 or more, found 0");
        assertThatThrownBy(() -> candidates.reset(new float[2])).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("logits: expected 3 (the vocabulary's size), found 2");
        assertThatThrownBy(() -> new CandidateList(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
