package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The merge loop against its obvious, quadratic form.
class MergerTest {
    private static List<Integer> slowly(MergeTable table, List<Integer> symbols) {
        List<Integer> ids = new ArrayList<>(symbols);
        while (true) {
            int best = -1;
            for (int i = 0; i + 1 < ids.size(); i++) {
                long entry = table.find(ids.get(i), ids.get(i + 1));
                if (entry != MergeTable.NONE && (best < 0 || MergeTable.rank(entry) < MergeTable
                        .rank(table.find(ids.get(best), ids.get(best + 1))))) {
                    best = i;
                }
            }
            if (best < 0) {
                return ids;
            }
            ids.set(best, MergeTable.merged(table.find(ids.get(best), ids.get(best + 1))));
            ids.remove(best + 1);
        }
    }

    @Test
    void mergesInTheSameOrder() {
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            MergeTable table = new MergeTable(1);
            for (int id = 4; id < 40; id++) { // few ranks, so that equal ones are common
                table.add(random.nextInt(id), random.nextInt(id), random.nextInt(10), id);
            }
            Merger merger = new Merger(table);
            for (int word = 0; word < 3; word++) {
                List<Integer> symbols = new ArrayList<>();
                merger.clear();
                for (int i = random.nextInt(100); i > 0; i--) {
                    int id = random.nextInt(-1, 4);
                    symbols.add(id);
                    merger.append(id);
                }
                merger.merge();
                List<Integer> merged = new ArrayList<>();
                for (int i = 0; i < merger.count(); i = merger.next(i)) {
                    merged.add(merger.id(i));
                }
                assertThat(merged).as("seed %d, word %d", seed, word).isEqualTo(slowly(table, symbols));
            }
        }
    }
}
