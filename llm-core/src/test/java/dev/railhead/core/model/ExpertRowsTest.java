package dev.railhead.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExpertRowsTest {
    private static final int EXPERTS = 7;
    private static final int USED = 3;
    private static final long SEED = 5;

    /// As if all choices were looked through for each expert; with the same object for long and short steps.
    @Test
    void rowsOfAnExpertAreInTheirOrder() {
        var random = new Random(SEED);
        var byExpert = new ExpertRows(EXPERTS, 40 * USED);
        for (int rows : new int[]{40, 1, 0, 17}) {
            int[] chosen = new int[rows * USED];
            float[] weights = new float[rows * USED];
            for (int row = 0; row < rows; row++) {
                List<Integer> experts = new ArrayList<>(List.of(0, 1, 2, 3, 4, 6)); // nobody chooses 5
                for (int i = 0; i < USED; i++) {
                    chosen[row * USED + i] = experts.remove(random.nextInt(experts.size()));
                    weights[row * USED + i] = random.nextFloat();
                }
            }
            byExpert.sort(chosen, weights, rows, USED);
            for (int expert = 0; expert < EXPERTS; expert++) {
                assertThat(choices(byExpert, expert)).as("expert %d, %d rows, seed %d", expert, rows, SEED)
                        .isEqualTo(expected(chosen, weights, expert));
            }
        }
    }

    private static List<String> choices(ExpertRows byExpert, int expert) {
        List<String> choices = new ArrayList<>();
        for (int i = byExpert.from(expert); i < byExpert.to(expert); i++) {
            choices.add(byExpert.row(i) + ": " + byExpert.weight(i));
        }
        return choices;
    }

    private static List<String> expected(int[] chosen, float[] weights, int expert) {
        List<String> choices = new ArrayList<>();
        for (int i = 0; i < chosen.length; i++) {
            if (chosen[i] == expert) {
                choices.add(i / USED + ": " + weights[i]);
            }
        }
        return choices;
    }
}
