package dev.railhead.core.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.InsufficientMemoryException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What a sequence keeps, gives back, and where it can go on.
class KvSequenceTest {
    private static final int VOCABULARY = 100;
    private static final int ROWS = 32;
    private static final int WINDOW = 70;
    private static final int[] TOKENS = IntStream.range(0, 2000).map(i -> i * i % 97).toArray();

    /// A graph, its pool and one sequence.
    private static final class Fixture implements AutoCloseable {
        private final ChecksumGraph graph;
        private final KvPool pool;
        private final KvSequence sequence;
        private final Step step;

        Fixture(int... windows) {
            graph = new ChecksumGraph(windows);
            pool = new KvPool(graph.layout(ROWS), Long.MAX_VALUE);
            sequence = new KvSequence(pool);
            step = new Step(ROWS, pool.layout());
        }

        private void run(int end, BooleanSupplier isCancelled) {
            while (sequence.length() < end) {
                int to = Math.min(end, sequence.length() + ROWS);
                sequence.reserve(to);
                step.reset(isCancelled);
                float[] logits = new float[VOCABULARY];
                for (int position = sequence.length(); position < to; position++) {
                    step.add(sequence, position, TOKENS[position], position == to - 1 ? logits : null);
                }
                graph.forward(step);
                step.complete();
                assertThat(logits).containsExactly(graph.logits(TOKENS, to, VOCABULARY));
            }
        }

        /// Computes up to a position.
        void run(int end) {
            run(end, () -> false);
        }

        /// Fails before a layer of a step of the next tokens.
        void fail(int layer) {
            int[] asked = {0};
            assertThatThrownBy(() -> run(sequence.length() + ROWS, () -> asked[0]++ == layer))
                    .isExactlyInstanceOf(StepCancelledException.class);
        }

        long pages(int group) {
            return pool.usedBytes() / pool.layout().pageBytes(group);
        }

        @Override
        public void close() {
            sequence.close();
            assertThat(pool.usedBytes()).isZero();
            pool.close();
        }
    }

    @Test
    void aWindowedGroupGivesBackWhatNoLaterRowSees() {
        try (Fixture f = new Fixture(WINDOW)) {
            f.run(64);
            assertThat(f.pages(0)).isEqualTo(1);
            f.run(192);
            assertThat(f.pages(0)).isEqualTo(2); // positions 91 to 191
            f.run(193);
            assertThat(f.pages(0)).isEqualTo(3); // 92 to 192
            f.run(1500);
            assertThat(f.pages(0)).isLessThanOrEqualTo(3);
            assertThat(f.pool.allocatedBytes()).isEqualTo(3 * f.pool.layout().pageBytes(0));
        }
    }

    @Test
    void aPlainSequenceGoesOnAnywhere() {
        try (Fixture f = new Fixture(0, 0)) {
            f.run(200);
            f.sequence.keep();
            for (int length : new int[]{200, 199, 128, 64, 1, 0}) {
                assertThat(f.sequence.resumable(length)).isEqualTo(length);
            }
            f.fail(1);
            f.sequence.truncate(150);
            assertThat(f.sequence.length()).isEqualTo(150);
            assertThat(f.pages(0)).isEqualTo(3);
            f.run(300);
        }
    }

    /// At position 1000 the pages from 1000 − 31 − 69 on are there, that is from page 14.
    @Test
    void aWindowedSequenceGoesBackAsFarAsItsPages() {
        try (Fixture f = new Fixture(WINDOW, 0)) {
            f.run(999);
            f.run(1000);
            int farthest = 14 * 64 + WINDOW - 1;
            assertThat(f.sequence.resumable(farthest)).isEqualTo(farthest);
            assertThat(f.sequence.resumable(farthest - 1)).isZero();
            f.sequence.truncate(farthest);
            f.run(1100);
            f.sequence.truncate(900);
            assertThat(f.sequence.length()).isZero();
            assertThat(f.pool.usedBytes()).isZero();
            f.run(300);
        }
    }

    @Test
    void aShortWindowedSequenceGoesBackAnywhere() {
        try (Fixture f = new Fixture(WINDOW)) {
            f.run(WINDOW);
            for (int length = WINDOW; length >= 0; length--) {
                assertThat(f.sequence.resumable(length)).isEqualTo(length);
            }
        }
    }

    @Test
    void aRecurrentSequenceGoesOnWhereItsStateIsAndFromItsCopy() {
        try (Fixture f = new Fixture(0, ChecksumGraph.RECURRENT)) {
            f.run(40);
            f.sequence.keep();
            f.run(90);
            assertThat(f.sequence.resumable(90)).isEqualTo(90);
            assertThat(f.sequence.resumable(89)).isEqualTo(40);
            assertThat(f.sequence.resumable(39)).isZero();
            f.sequence.truncate(89);
            assertThat(f.sequence.length()).isEqualTo(40);
            f.run(70);
            f.sequence.truncate(40);
            f.run(100);
            f.sequence.truncate(39);
            assertThat(f.sequence.length()).isZero();
            assertThat(f.pool.usedBytes()).isZero();
            f.run(50);
        }
    }

    @Test
    void aCopyOfForgottenTokensIsForgotten() {
        try (Fixture f = new Fixture(ChecksumGraph.RECURRENT)) {
            f.run(40);
            f.sequence.keep();
            f.sequence.truncate(10);
            f.run(60);
            assertThat(f.sequence.resumable(50)).isZero();
        }
    }

    /// The second layer is recurrent: what fails before it has touched nothing.
    @Test
    void aStepThatFailedLeavesTheStateUnknown() {
        try (Fixture f = new Fixture(0, ChecksumGraph.RECURRENT, 0)) {
            f.run(40);
            f.sequence.keep();
            f.run(64);
            f.fail(1);
            assertThat(f.sequence.length()).isEqualTo(64);
            assertThat(f.sequence.resumable(64)).isEqualTo(64);
            f.fail(2);
            assertThat(f.sequence.length()).isEqualTo(64);
            assertThat(f.sequence.resumable(64)).isEqualTo(40);
            f.sequence.keep(); // nothing to be kept: the copy stays
            f.sequence.truncate(64);
            assertThat(f.sequence.length()).isEqualTo(40);
            f.run(100);
        }
    }

    @Test
    void aFirstStepThatFailedBeginsAnew() {
        try (Fixture f = new Fixture(ChecksumGraph.RECURRENT, 0)) {
            f.fail(1);
            assertThat(f.sequence.length()).isZero();
            f.sequence.truncate(0);
            assertThat(f.pool.usedBytes()).isZero();
            f.run(100);
        }
    }

    /// The windowed group's pages would have to be as far back as the copy.
    @Test
    void theCopyIsOfNoUseWithoutThePages() {
        try (Fixture f = new Fixture(WINDOW, ChecksumGraph.RECURRENT)) {
            f.run(500);
            f.sequence.keep();
            f.run(520);
            assertThat(f.sequence.resumable(510)).isEqualTo(500);
            f.run(800);
            assertThat(f.sequence.resumable(510)).isZero();
            assertThat(f.sequence.resumable(800)).isEqualTo(800);
        }
    }

    /// Two groups of pages that differ in size, and states.
    @Test
    void freePagesOfAGroupMakeRoomForOtherThings() {
        var layout = new ChecksumGraph(0, 0, 0, WINDOW, ChecksumGraph.RECURRENT).layout(ROWS);
        long budget = layout.bytes(640);
        try (KvPool pool = new KvPool(layout, budget)) {
            try (KvSequence full = new KvSequence(pool)) {
                for (int end = ROWS; end <= 640; end += ROWS) {
                    full.reserve(end);
                    full.complete(end);
                }
                assertThat(pool.usedBytes()).isLessThanOrEqualTo(budget).isGreaterThan(budget / 2);
                assertThat(pool.allocatedBytes()).isLessThanOrEqualTo(budget);
                try (KvSequence second = new KvSequence(pool)) {
                    assertThatThrownBy(() -> second.reserve(128)).isExactlyInstanceOf(InsufficientMemoryException.class)
                            .hasMessageContaining("close or rewind sessions");
                }
            }
            assertThat(pool.usedBytes()).isZero();
            KvSequence[] many = new KvSequence[4];
            for (int i = 0; i < many.length; i++) { // more states and windowed pages than the one before had
                many[i] = new KvSequence(pool);
                many[i].reserve(64);
            }
            assertThat(pool.usedBytes()).isEqualTo(4 * layout.bytes(64));
            assertThat(pool.allocatedBytes()).isLessThanOrEqualTo(budget);
            for (KvSequence sequence : many) {
                sequence.close();
            }
            assertThat(pool.usedBytes()).isZero();
        }
    }
}
