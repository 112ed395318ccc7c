package dev.railhead.core.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Random steps, failures, copies and truncations of several sequences against lists of tokens.
class KvSequencePropertyTest {
    private static final int VOCABULARY = 300;
    private static final int R = ChecksumGraph.RECURRENT;

    @SuppressWarnings("unused") // FieldSource
    static final List<int[]> WINDOWS = List.of(new int[]{0}, new int[]{0, 1, 0}, new int[]{5, 0, 5, 130},
            new int[]{64, 65}, new int[]{R}, new int[]{R, 0, R}, new int[]{100, R, 0, 100, R});

    /// A sequence and what should be in it.
    private final class Tested {
        private final KvSequence sequence;
        private final int[] tokens = new int[1200];
        private int length;
        private int kept;

        Tested(KvPool pool) {
            sequence = new KvSequence(pool);
        }

        void truncate(int wanted) {
            int resumable = sequence.resumable(wanted);
            sequence.truncate(wanted);
            assertThat(sequence.length()).as("length, seed %d", seed).isEqualTo(resumable);
            length = resumable;
            kept = kept > resumable ? 0 : kept;
        }
    }

    private long seed;

    @ParameterizedTest
    @FieldSource("WINDOWS")
    void whateverHappensAStepSeesItsTokens(int[] windows) {
        for (seed = 1; seed <= 12; seed++) {
            whateverHappens(new ChecksumGraph(windows), windows, new Random(seed));
        }
    }

    private void whateverHappens(ChecksumGraph graph, int[] windows, Random random) {
        int rows = 1 + random.nextInt(90);
        SequenceLayout layout = graph.layout(rows);
        boolean windowed = IntStream.of(windows).anyMatch(w -> w > 0);
        try (KvPool pool = new KvPool(layout, Long.MAX_VALUE)) {
            List<Tested> all = List.of(new Tested(pool), new Tested(pool), new Tested(pool));
            Step step = new Step(3 * rows, pool.layout());
            for (int round = 0; round < 120; round++) {
                Tested some = all.get(random.nextInt(all.size()));
                switch (random.nextInt(8)) {
                    case 0 -> {
                        some.sequence.keep();
                        some.kept = some.length;
                    }
                    case 1 -> {
                        int wanted = Math.max(0, some.length - random.nextInt(random.nextInt(10) == 0 ? 900 : 60));
                        int resumable = some.sequence.resumable(wanted);
                        if (!layout.hasState() && !windowed) {
                            assertThat(resumable).as("seed %d", seed).isEqualTo(wanted);
                        } else if (layout.hasState() && wanted < some.length) {
                            assertThat(resumable).as("seed %d", seed).isIn(0, some.kept);
                        }
                        some.truncate(wanted);
                    }
                    case 2 -> {
                        int before = some.length;
                        some.truncate(before);
                        assertThat(some.length).as("nothing failed, seed %d", seed).isEqualTo(before);
                    }
                    case 3 -> fail(graph, step, some, rows, windows.length, random);
                    default -> run(graph, step, all, rows, random);
                }
                long bound = all.stream().mapToLong(t -> layout.bytes(Math.min(t.tokens.length, t.length + rows)))
                        .sum();
                assertThat(pool.usedBytes()).as("bytes, seed %d", seed).isLessThanOrEqualTo(bound);
            }
            all.forEach(tested -> tested.sequence.close());
            assertThat(pool.usedBytes()).as("seed %d", seed).isZero();
        }
    }

    private void run(ChecksumGraph graph, Step step, List<Tested> all, int rows, Random random) {
        step.reset(() -> false);
        List<Runnable> checks = new ArrayList<>();
        for (Tested tested : all) {
            int end = Math.min(tested.tokens.length, tested.length + random.nextInt(rows + 1));
            for (int position = tested.length; position < end; position++) {
                float[] logits = random.nextInt(20) == 0 ? new float[VOCABULARY] : null;
                add(step, tested, position, random.nextInt(VOCABULARY), logits);
                if (logits != null) {
                    int length = position + 1;
                    checks.add(() -> assertThat(logits).as("seed %d, length %d", seed, length)
                            .containsExactly(graph.logits(tested.tokens, length, VOCABULARY)));
                }
            }
            tested.length = end;
        }
        graph.forward(step);
        step.complete();
        checks.forEach(Runnable::run);
    }

    private static void add(Step step, Tested tested, int position, int token, float @Nullable [] logits) {
        tested.sequence.reserve(position + 1);
        tested.tokens[position] = token;
        step.add(tested.sequence, position, token, logits);
    }

    /// Gives up before a layer, after the layers before it have run.
    private void fail(ChecksumGraph graph, Step step, Tested tested, int rows, int layers, Random random) {
        int end = Math.min(tested.tokens.length, tested.length + 1 + random.nextInt(rows));
        int[] layer = {random.nextInt(layers)};
        step.reset(() -> layer[0]-- == 0);
        for (int position = tested.length; position < end; position++) {
            add(step, tested, position, random.nextInt(VOCABULARY), null);
        }
        if (step.rows() > 0) {
            assertThatThrownBy(() -> graph.forward(step)).isExactlyInstanceOf(StepCancelledException.class);
        }
        assertThat(tested.sequence.length()).as("seed %d", seed).isEqualTo(tested.length);
        tested.truncate(tested.length);
    }
}
