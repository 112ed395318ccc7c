package dev.railhead.core.model;

import java.util.Arrays;

/// The choices of a step sorted by expert: which rows an expert has, in their order, and what its results weigh there. For one
/// thread; keeps working memory.
final class ExpertRows {
    private final int[] end; // [experts], behind an expert's last choice
    private final int[] rowOf; // [choices]
    private final float[] weightOf; // [choices]

    /// @param experts number of experts
    /// @param choices most choices of a step: rows · experts of a row
    ExpertRows(int experts, int choices) {
        end = new int[experts];
        rowOf = new int[choices];
        weightOf = new float[choices];
    }

    /// Sorts by counting.
    ///
    /// @param chosen the experts of each row, `int[rows][used]`
    /// @param weights of the same, `float[rows][used]`
    void sort(int[] chosen, float[] weights, int rows, int used) {
        Arrays.fill(end, 0);
        int choices = rows * used;
        for (int i = 0; i < choices; i++) {
            end[chosen[i]]++;
        }
        int first = 0;
        for (int expert = 0; expert < end.length; expert++) {
            int count = end[expert];
            end[expert] = first;
            first += count;
        }
        for (int row = 0; row < rows; row++) {
            for (int i = row * used; i < (row + 1) * used; i++) {
                int at = end[chosen[i]]++;
                rowOf[at] = row;
                weightOf[at] = weights[i];
            }
        }
    }

    /// The first choice of an expert.
    int from(int expert) {
        return expert == 0 ? 0 : end[expert - 1];
    }

    /// The place behind the last choice of an expert.
    int to(int expert) {
        return end[expert];
    }

    /// The row of a choice.
    int row(int choice) {
        return rowOf[choice];
    }

    /// The weight of a choice.
    float weight(int choice) {
        return weightOf[choice];
    }
}
