package dev.railhead.core.model;

import dev.railhead.core.reference.Arithmetic;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Chooses the experts of a row and their weights from the router's logits. In plain f32, each sum in ascending order, so
/// that a row's choice doesn't depend on its neighbours. For one thread; keeps working memory.
final class ExpertRouting {
    /// What the sum of the chosen experts' weights is at least before weights are divided by it: the smallest normal half
    /// precision number, as in llama.cpp.
    private static final float SMALLEST_SUM = 6.103515625e-5f;

    /// How logits become the probabilities of experts; the numbers are those of `expert_gating_func`.
    enum Gating {
        /// 1: a softmax over all experts.
        SOFTMAX,
        /// 2: a sigmoid for each expert.
        SIGMOID,
        /// 3: the logits choose, and a softmax over the chosen ones weighs (gpt-oss).
        SOFTMAX_OF_CHOSEN,
        /// 4: the square root of a softplus for each expert.
        ROOT_OF_SOFTPLUS
    }

    /// The rules.
    ///
    /// @param gating how logits become probabilities
    /// @param used experts for each row
    /// @param normalized whether the weights of the chosen are divided by their sum
    /// @param scale factor of the weights after that
    /// @param groups number of groups of neighbouring experts; 1 for none
    /// @param groupsUsed groups that experts are chosen from: those with the largest sums of their two best experts
    /// @param bias `float[experts]`, added to the probabilities for the choice alone; null for none
    record Rules(Gating gating, int used, boolean normalized, float scale, int groups, int groupsUsed,
            float @Nullable [] bias) {
        /// Rules without groups and bias.
        Rules(Gating gating, int used, boolean normalized) {
            this(gating, used, normalized, 1f, 1, 1, null);
        }

        /// With another factor of the weights.
        Rules withScale(float other) {
            return new Rules(gating, used, normalized, other, groups, groupsUsed, bias);
        }

        /// With a bias of the choice.
        Rules withBias(float @Nullable [] other) {
            return new Rules(gating, used, normalized, scale, groups, groupsUsed, other);
        }

        /// With groups of experts.
        Rules withGroups(int count, int usedCount) {
            return new Rules(gating, used, normalized, scale, count, usedCount, bias);
        }
    }

    private final Rules rules;
    private final float[] probabilities;
    private final float[] selection;
    private final boolean[] taken; // experts that this row has already

    ExpertRouting(Rules rules, int experts) {
        this.rules = rules;
        probabilities = new float[experts];
        selection = new float[experts];
        taken = new boolean[experts];
    }

    /// Experts for each row.
    int used() {
        return rules.used;
    }

    /// Chooses for one row.
    ///
    /// @param logits the router's, from `at`
    /// @param chosen receives the experts from `to`, the best first; of equal ones the first
    /// @param weights receives their weights from `to`
    void route(float[] logits, int at, int[] chosen, float[] weights, int to) {
        probabilities(logits, at);
        System.arraycopy(probabilities, 0, selection, 0, selection.length);
        if (rules.bias != null) {
            for (int i = 0; i < selection.length; i++) {
                selection[i] += rules.bias[i];
            }
        }
        if (rules.groups > 1) {
            excludeGroups();
        }
        Arrays.fill(taken, false);
        for (int i = 0; i < rules.used; i++) {
            int best = bestLeft();
            taken[best] = true;
            chosen[to + i] = best;
            weights[to + i] = probabilities[best];
        }
        weigh(weights, to);
    }

    private void probabilities(float[] logits, int at) {
        int n = probabilities.length;
        System.arraycopy(logits, at, probabilities, 0, n);
        switch (rules.gating) {
            case SOFTMAX -> softmax(probabilities, 0, n);
            case SIGMOID -> {
                for (int i = 0; i < n; i++) {
                    probabilities[i] = Arithmetic.sigmoid(probabilities[i]);
                }
            }
            case ROOT_OF_SOFTPLUS -> {
                for (int i = 0; i < n; i++) {
                    probabilities[i] = (float) Math.sqrt(Arithmetic.softplus(probabilities[i]));
                }
            }
            case SOFTMAX_OF_CHOSEN -> {
            }
        }
    }

    private static void softmax(float[] x, int from, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = from; i < from + count; i++) {
            max = Math.max(max, x[i]);
        }
        float sum = 0f;
        for (int i = from; i < from + count; i++) {
            x[i] = Arithmetic.exp(x[i] - max);
            sum += x[i];
        }
        for (int i = from; i < from + count; i++) {
            x[i] /= sum;
        }
    }

    private void excludeGroups() {
        int size = selection.length / rules.groups;
        float[] scores = new float[rules.groups];
        for (int group = 0; group < rules.groups; group++) {
            scores[group] = sumOfTwoBest(group * size, size);
        }
        boolean[] kept = new boolean[rules.groups];
        for (int i = 0; i < rules.groupsUsed; i++) {
            int best = best(scores, 0, scores.length);
            scores[best] = Float.NEGATIVE_INFINITY;
            kept[best] = true;
        }
        for (int group = 0; group < rules.groups; group++) {
            if (!kept[group]) {
                Arrays.fill(selection, group * size, (group + 1) * size, Float.NEGATIVE_INFINITY);
            }
        }
    }

    private float sumOfTwoBest(int from, int size) {
        int best = best(selection, from, size);
        float second = Float.NEGATIVE_INFINITY;
        for (int i = from; i < from + size; i++) {
            second = i == best ? second : Math.max(second, selection[i]);
        }
        return size == 1 ? selection[best] : selection[best] + second;
    }

    /// The best of the experts that this row doesn't have yet: never one twice, not even where nothing is a number.
    private int bestLeft() {
        int best = -1;
        for (int i = 0; i < selection.length; i++) {
            if (!taken[i] && (best < 0 || selection[i] > selection[best])) {
                best = i;
            }
        }
        return best;
    }

    /// The index of the largest value, of equal ones the first. NaN is never larger.
    private static int best(float[] values, int from, int count) {
        int best = from;
        for (int i = from + 1; i < from + count; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }

    private void weigh(float[] weights, int from) {
        if (rules.gating == Gating.SOFTMAX_OF_CHOSEN) {
            softmax(weights, from, rules.used);
        }
        if (rules.normalized) {
            float sum = 0f;
            for (int i = from; i < from + rules.used; i++) {
                sum += weights[i];
            }
            float divisor = Math.max(sum, SMALLEST_SUM);
            for (int i = from; i < from + rules.used; i++) {
                weights[i] /= divisor;
            }
        }
        if (rules.scale != 1f) {
            for (int i = from; i < from + rules.used; i++) {
                weights[i] *= rules.scale;
            }
        }
    }
}
