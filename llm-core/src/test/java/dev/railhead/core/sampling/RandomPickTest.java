package dev.railhead.core.sampling;

import static dev.railhead.core.sampling.RandomLogits.candidates;
import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.Sampler;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomPickTest {
    private static final float[] LOGITS = RandomLogits.of(50, 11);

    private static int[] picks(Sampler sampler, int count) {
        CandidateList candidates = new CandidateList(LOGITS.length);
        return IntStream.range(0, count).map(i -> {
            candidates.reset(LOGITS);
            sampler.apply(candidates);
            return candidates.picked();
        }).toArray();
    }

    @Test
    void theGeneratorIsSplitMix64() {
        // First output for seed 0 is 0xE220A8397B1DCDAF, the value published with the algorithm.
        assertThat(new RandomPick(0).nextUnit()).isEqualTo((0xE220A8397B1DCDAFL >>> 11) * 0x1p-53);
        RandomPick pick = new RandomPick(-42);
        SplittableRandom same = new SplittableRandom(-42);
        for (int i = 0; i < 1000; i++) {
            assertThat(pick.nextUnit()).isEqualTo((same.nextLong() >>> 11) * 0x1p-53);
        }
    }

    @Test
    void frequenciesFollowTheProbabilities() {
        int draws = 200_000;
        float[] logits = {0, 1, 2, 3, -1, Float.NEGATIVE_INFINITY, 0.5f, 2, 1.5f, -2, 0};
        CandidateList candidates = candidates(logits);
        long[] counts = new long[logits.length];
        Sampler sampler = new RandomPick(2026);
        for (int i = 0; i < draws; i++) {
            candidates.reset(logits);
            sampler.apply(candidates);
            counts[candidates.picked()]++;
        }
        assertThat(counts[5]).as("the impossible token").isZero();
        double chiSquare = 0;
        for (int i = 0; i < logits.length; i++) {
            double expected = draws * (double) candidates.probability(i);
            chiSquare += expected == 0 ? 0 : (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        assertThat(chiSquare).as("99.9 %% quantile of chi-square with 9 degrees of freedom").isLessThan(27.88);
    }

    @Test
    void theSameSeedGivesTheSamePicks() {
        assertThat(picks(new RandomPick(7), 500)).isEqualTo(picks(new RandomPick(7), 500))
                .isNotEqualTo(picks(new RandomPick(8), 500));
    }

    @Test
    void freshStartsAgainAndIsIndependent() {
        for (Sampler used : List.of(new RandomPick(7), new Chain(List.of(new TopK(20), new RandomPick(7))))) {
            Sampler first = used.fresh();
            int[] expected = picks(first, 100);
            assertThat(picks(used, 100)).as("not advanced by its copy").isEqualTo(expected);
            assertThat(picks(used.fresh(), 100)).as("initial state").isEqualTo(expected);
            assertThat(picks(used, 100)).as("goes on").isNotEqualTo(expected);
        }
    }

    @Test
    void picksOnlyFromWhatIsLeft() {
        Sampler sampler = new Chain(List.of(new TopK(3), new RandomPick(1)));
        int[] best = Arrays.copyOf(RandomLogits.ranking(LOGITS), 3);
        assertThat(picks(sampler, 1000)).containsOnly(best);
    }
}
