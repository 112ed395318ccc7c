package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.KvCacheType;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Session;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every family must give with every backend: the reference's logits and greedy tokens, and the same bits one token at
/// a time as in chunks. A backend's test extends this.
public abstract class FamilyContract {
    private static final double F32_ERROR = 2e-8;

    /// The backend under test.
    protected abstract ModelOptions options();

    static Stream<ReferenceCase> families() {
        return ReferenceCase.families();
    }

    private Model load(ReferenceCase reference, ModelOptions options) {
        return reference.load(options.withKvCacheType(KvCacheType.F32));
    }

    @ParameterizedTest
    @MethodSource("families")
    void logitsEqualTheReference(ReferenceCase reference) {
        try (Model model = load(reference, options())) {
            assertThat(ReferenceCase.nmse(LogitsContract.batch(model, reference.tokens()), reference.logits()))
                    .isLessThan(F32_ERROR);
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void greedyTokensEqualTheReference(ReferenceCase reference) {
        try (Model model = load(reference, options()); Session session = model.newSession()) {
            LogitsContract.assertGreedy(session, reference);
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void oneTokenAtATimeAndChunksGiveTheSameBits(ReferenceCase reference) {
        float[][] expected;
        try (Model model = load(reference, options().withThreads(1)); Session session = model.newSession()) {
            expected = LogitsContract.batch(model, reference.tokens());
            for (int i = 0; i < reference.tokens().length; i++) {
                session.decode(reference.tokens()[i]);
                assertThat(session.logits()).as("position %d", i).containsExactly(expected[i]);
            }
        }
        try (Model model = load(reference, options().withPrefillChunk(7).withThreads(2))) {
            LogitsContract.assertSameBits(LogitsContract.batch(model, reference.tokens()), expected, "chunks of 7");
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void aRewoundSessionGivesTheSameBits(ReferenceCase reference) {
        int[] tokens = reference.tokens();
        try (Model model = load(reference, options()); Session session = model.newSession()) {
            float[][] expected = LogitsContract.batch(model, tokens);
            session.prefill(tokens);
            for (int length : new int[]{tokens.length - 1, tokens.length / 2, 1}) {
                session.rewind(length);
                session.decode(tokens[length]);
                assertThat(session.logits()).as("rewound to %d", length).containsExactly(expected[length]);
            }
        }
    }
}
