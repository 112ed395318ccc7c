package dev.railhead.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.railhead.core.model.ExpertRouting.Gating;
import dev.railhead.core.model.ExpertRouting.Rules;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// The choice of experts, with logits of which the weights can be worked out by hand.
class ExpertRoutingTest {
    private static final Offset<Float> CLOSE = within(1e-6f);

    private final int[] chosen = new int[4];
    private final float[] weights = new float[4];

    /// Logits whose softmax and sigmoids are simple: ln of what is given.
    private void route(Rules rules, double... exponentials) {
        float[] logits = new float[exponentials.length + 1]; // from 1
        for (int i = 0; i < exponentials.length; i++) {
            logits[i + 1] = (float) Math.log(exponentials[i]);
        }
        Arrays.fill(chosen, -1);
        Arrays.fill(weights, -1);
        new ExpertRouting(rules, exponentials.length).route(logits, 1, chosen, weights, 1);
        assertThat(chosen[0]).isEqualTo(-1);
        assertThat(weights[0]).isEqualTo(-1);
    }

    private void assertChosen(int... experts) {
        assertThat(Arrays.copyOfRange(chosen, 1, 1 + experts.length)).containsExactly(experts);
    }

    private void assertWeights(double... expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(weights[1 + i]).as("weight %d", i).isCloseTo((float) expected[i], CLOSE);
        }
    }

    @Test
    void aSoftmaxOverAllAndItsShareOfTheChosen() {
        route(new Rules(Gating.SOFTMAX, 2, false), 1, 4, 2, 3);
        assertChosen(1, 3);
        assertWeights(0.4, 0.3);
        route(new Rules(Gating.SOFTMAX, 2, true), 1, 4, 2, 3);
        assertWeights(4 / 7.0, 3 / 7.0);
        route(new Rules(Gating.SOFTMAX_OF_CHOSEN, 2, false), 1, 4, 2, 3);
        assertChosen(1, 3);
        assertWeights(4 / 7.0, 3 / 7.0);
    }

    /// σ(ln x) = x / (1 + x).
    @Test
    void sigmoidsWithAFactor() {
        route(new Rules(Gating.SIGMOID, 2, false).withScale(2), 1, 3, 0.25, 1);
        assertChosen(1, 0);
        assertWeights(1.5, 1);
        route(new Rules(Gating.SIGMOID, 2, true).withScale(2.5f), 1, 3, 0.25, 1);
        assertWeights(1.5, 1);
    }

    /// √softplus(ln x) = √ln(1 + x).
    @Test
    void rootsOfSoftplus() {
        route(new Rules(Gating.ROOT_OF_SOFTPLUS, 2, false), 1, Math.exp(4) - 1, Math.exp(0.25) - 1, Math.E - 1);
        assertChosen(1, 3);
        assertWeights(2, 1);
        route(new Rules(Gating.ROOT_OF_SOFTPLUS, 2, true), 1, Math.exp(4) - 1, Math.exp(0.25) - 1, Math.E - 1);
        assertWeights(2 / 3.0, 1 / 3.0);
    }

    @Test
    void aBiasChoosesAndDoesntWeigh() {
        route(new Rules(Gating.SIGMOID, 2, false).withBias(new float[]{0, -1, 0.5f, 0}), 1, 3, 0.25, 1);
        assertChosen(2, 0);
        assertWeights(0.2, 0.5);
    }

    /// Groups {0, 1}, {2, 3}, {4, 5} with sums 1.0, 1.1 and 1.05 of their sigmoids: the best expert is in none that is used.
    @Test
    void groupsByTheSumOfTheirTwoBest() {
        double[] sigmoids = {0.9, 0.1, 0.5, 0.6, 0.7, 0.35};
        double[] odds = Arrays.stream(sigmoids).map(p -> p / (1 - p)).toArray();
        route(new Rules(Gating.SIGMOID, 2, false).withGroups(3, 1), odds);
        assertChosen(3, 2);
        assertWeights(0.6, 0.5);
        route(new Rules(Gating.SIGMOID, 3, false).withGroups(3, 2), odds);
        assertChosen(4, 3, 2);
        route(new Rules(Gating.SIGMOID, 2, false).withGroups(3, 3), odds);
        assertChosen(0, 4);
    }

    @Test
    void equalOnesInOrder() {
        route(new Rules(Gating.SOFTMAX, 3, true), 2, 2, 2, 2);
        assertChosen(0, 1, 2);
    }

    @Test
    void aSumThatIsNearlyNothingIsRaised() {
        route(new Rules(Gating.SIGMOID, 2, true), 1e-9, 2e-9, 1e-9);
        assertWeights(2e-9 / 6.103515625e-5, 1e-9 / 6.103515625e-5);
        assertThat(weights[1]).isPositive();
    }

    @Test
    void noExpertTwiceWhereNothingIsANumber() {
        route(new Rules(Gating.SOFTMAX, 3, true), Double.NaN, Double.NaN, Double.NaN, Double.NaN);
        assertChosen(0, 1, 2);
        route(new Rules(Gating.SIGMOID, 3, false).withGroups(2, 2), 0, Double.NaN, 0, 0);
        assertThat(Arrays.copyOfRange(chosen, 1, 4)).doesNotHaveDuplicates();
    }
}
