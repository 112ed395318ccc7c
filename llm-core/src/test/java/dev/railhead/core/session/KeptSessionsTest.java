package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.Cancellation;
import dev.railhead.FinishReason;
import dev.railhead.GenerationOptions;
import dev.railhead.GenerationResult;
import dev.railhead.Session;
import dev.railhead.core.kv.ChecksumGraph;
import dev.railhead.gguf.testing.TinyLlama;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Sessions of models that keep only a window or a state give the same as if they kept everything, after rewinds, failures
/// and cancellations. The graph reads its tokens from pages and states, so what is lost or stale shows.
@Timeout(60)
class KeptSessionsTest {
    private static final int CONTEXT = 700;
    private static final int CHUNK = 16;
    private static final int R = ChecksumGraph.RECURRENT;
    private static final int[] PROMPT = new Random(7).ints(500, 3, TinyLlama.VOCABULARY).toArray();

    @SuppressWarnings("unused") // FieldSource
    static final List<int[]> WINDOWS = List.of(new int[]{0, 0}, new int[]{40, 0}, new int[]{R, R},
            new int[]{0, R, 100, R});

    private static ChecksumModel model(int... windows) {
        return ChecksumModel.of(CONTEXT, CHUNK, windows);
    }

    private static GenerationOptions greedy(int tokens) {
        return GenerationOptions.builder().temperature(0).maxTokens(tokens).build();
    }

    private static int[] prompt(int length) {
        return Arrays.copyOf(PROMPT, length);
    }

    private static void assertLogits(ChecksumModel model, Session session) {
        int[] tokens = session.tokens();
        assertThat(session.logits()).containsExactly(
                model.graph().logits(tokens, tokens.length, TinyLlama.VOCABULARY));
    }

    /// A failure that a test asks for.
    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /// Throws before a layer, counted from now.
    private static void failAt(ChecksumModel model, int layer) {
        int[] left = {layer};
        model.graph().beforeLayer(() -> {
            if (left[0]-- == 0) {
                throw new Failure();
            }
        });
    }

    /// Random calls, some of which end early. A session's tokens are what went in, and its logits what follows them.
    @ParameterizedTest
    @FieldSource("WINDOWS")
    void whateverHappensLogitsFollowTheTokens(int[] windows) {
        for (long seed = 1; seed <= 25; seed++) {
            try (ChecksumModel model = model(windows); Session session = model.model().newSession()) {
                Random random = new Random(seed);
                for (int call = 0; call < 40; call++) {
                    String what = "seed " + seed + ", call " + call;
                    try {
                        call(model, session, random);
                    } catch (RuntimeException | AssertionError e) {
                        throw new AssertionError(what, e);
                    }
                }
                session.rewind(0);
                assertThat(model.pool().usedBytes()).as("seed %d", seed).isZero();
            }
        }
    }

    private static void call(ChecksumModel model, Session session, Random random) {
        int[] before = session.tokens();
        int[] fed = random.ints(1 + random.nextInt(random.nextInt(5) == 0 ? 120 : 20), 3, TinyLlama.VOCABULARY)
                .toArray();
        boolean fits = before.length + fed.length + 20 <= CONTEXT;
        switch (fits ? random.nextInt(8) : 0) {
            case 0, 1 -> {
                int back = random.nextInt(fits && random.nextInt(6) > 0 ? 20 : CONTEXT);
                session.rewind(Math.max(0, before.length - back));
                assertThat(session.tokens()).containsExactly(prefix(before, Math.max(0, before.length - back)));
            }
            case 2 -> {
                session.prefill(fed);
                assertThat(session.tokens()).containsExactly(join(before, fed));
                assertLogits(model, session);
            }
            case 3 -> {
                float[][] all = ((AllLogits) session).allLogits(fed);
                int[] tokens = join(before, fed);
                for (int i = 0; i < fed.length; i++) {
                    assertThat(all[i]).containsExactly(
                            model.graph().logits(tokens, before.length + i + 1, TinyLlama.VOCABULARY));
                }
                assertLogits(model, session);
            }
            case 4 -> {
                failAt(model, random.nextInt(12));
                boolean failed = false;
                try {
                    session.prefill(fed);
                } catch (Failure e) {
                    failed = true;
                }
                model.graph().beforeLayer(() -> {});
                int[] all = join(before, fed);
                int[] now = session.tokens();
                assertThat(now).hasSizeGreaterThanOrEqualTo(failed ? before.length : all.length);
                assertThat(now).containsExactly(prefix(all, now.length));
            }
            case 5 -> generate(model, session, before, random.nextBoolean() ? fed : new int[0], -1, random);
            case 6 -> generate(model, session, before, fed, random.nextInt(16), random);
            default -> {
                session.decode(fed[0]);
                assertLogits(model, session);
            }
        }
    }

    private static void generate(ChecksumModel model, Session session, int[] before, int[] fed, int cancelledAt,
            Random random) {
        if (before.length + fed.length == 0) {
            return;
        }
        Cancellation cancellation = new Cancellation();
        int[] left = {cancelledAt};
        model.graph().beforeLayer(() -> {
            if (left[0]-- == 0) {
                cancellation.cancel();
            }
        });
        GenerationResult result = session.generate(fed,
                greedy(1 + random.nextInt(8)).toBuilder().cancellation(cancellation).build());
        model.graph().beforeLayer(() -> {});
        int[] now = session.tokens();
        int[] tokens = join(join(before, fed), result.tokens());
        if (result.tokens().length > 0) {
            assertThat(now).containsExactly(tokens);
        } else {
            assertThat(now).hasSizeGreaterThanOrEqualTo(before.length).containsExactly(prefix(tokens, now.length));
        }
        for (int i = 0; i < result.tokens().length; i++) {
            int at = before.length + fed.length + i;
            float[] logits = model.graph().logits(tokens, at, TinyLlama.VOCABULARY);
            int best = IntStream.range(0, logits.length).reduce((a, b) -> logits[b] > logits[a] ? b : a).getAsInt();
            assertThat(tokens[at]).isEqualTo(best);
        }
        if (result.finishReason() == FinishReason.MAX_TOKENS && random.nextBoolean()) {
            assertLogits(model, session);
        }
    }

    private static int[] join(int[] a, int[] b) {
        return IntStream.concat(IntStream.of(a), IntStream.of(b)).toArray();
    }

    private static int[] prefix(int[] tokens, int length) {
        return Arrays.copyOf(tokens, length);
    }

    @Test
    void aRecurrentSessionReturnsToTheBeginningOfItsLastCallForNothing() {
        try (ChecksumModel model = model(0, R); Session session = model.model().newSession()) {
            session.prefill(prompt(100));
            int[] first = session.generate(new int[0], greedy(20)).tokens();
            for (int again = 0; again < 3; again++) {
                session.rewind(100);
                model.graph().takeRows();
                assertThat(session.generate(new int[0], greedy(20)).tokens()).containsExactly(first);
                assertThat(model.graph().takeRows()).isEqualTo(19); // the last token is not computed yet
            }
            session.decode(5);
            session.rewind(120);
            model.graph().takeRows();
            session.decode(6);
            assertThat(model.graph().takeRows()).isLessThanOrEqualTo(2);
            assertLogits(model, session);
        }
    }

    /// As with other models, a rewound session has no logits to show, although it has them to go on from.
    @Test
    void aRewoundSessionHasNoLogits() {
        for (int[] windows : WINDOWS) {
            try (ChecksumModel model = model(windows); Session session = model.model().newSession()) {
                session.prefill(prompt(100));
                session.prefill(5, 6);
                session.rewind(100);
                assertThatThrownBy(session::logits).isExactlyInstanceOf(IllegalStateException.class);
                session.rewind(10);
                assertThatThrownBy(session::logits).isExactlyInstanceOf(IllegalStateException.class);
                session.generate(new int[0], greedy(1));
                assertLogits(model, session);
            }
        }
    }

    @Test
    void goingBackFurtherComputesAllTokensAgain() {
        try (ChecksumModel model = model(R, 0); Session session = model.model().newSession()) {
            session.prefill(prompt(100));
            session.prefill(5, 6, 7);
            session.rewind(99);
            assertThat(session.position()).isEqualTo(99);
            model.graph().takeRows();
            session.decode(8);
            assertThat(model.graph().takeRows()).isEqualTo(100);
            assertLogits(model, session);
        }
    }

    /// The window is 40, the chunk 16: while tokens come one by one, pages of the last 55 positions are there.
    @ParameterizedTest
    @ValueSource(ints = {1, 8, 15})
    void aWindowedSessionGoesBackAChunkForNothing(int back) {
        try (ChecksumModel model = model(40, 0); Session session = model.model().newSession()) {
            session.prefill(prompt(300));
            for (int token = 10; token < 70; token++) {
                session.decode(token);
            }
            session.rewind(360 - back);
            model.graph().takeRows();
            session.decode(8);
            assertThat(model.graph().takeRows()).isEqualTo(1);
            assertLogits(model, session);
            session.rewind(100);
            session.decode(8);
            assertThat(model.graph().takeRows()).isEqualTo(101);
            assertLogits(model, session);
        }
    }

    /// Each call fails in its third chunk, when that has changed the state. What was computed again before is not computed
    /// another time.
    @Test
    void computingAgainGetsOnThoughItIsInterrupted() {
        try (ChecksumModel model = model(R, 0); Session session = model.model().newSession()) {
            session.prefill(prompt(400));
            session.prefill(5);
            session.rewind(399);
            int calls = 0;
            for (boolean done = false; !done; calls++) {
                failAt(model, 2 * 2 + 1);
                try {
                    session.decode(9);
                    done = true;
                } catch (Failure e) {
                    assertThat(session.position()).isEqualTo(399);
                }
            }
            model.graph().beforeLayer(() -> {});
            assertThat(calls).isEqualTo(13); // two of 25 chunks each
            assertLogits(model, session);
        }
    }

    /// The first prompt, of which each chunk's beginning is kept.
    @Test
    void aPromptThatWasStoppedGoesOnWhereItWas() {
        try (ChecksumModel model = model(R, 0); Session session = model.model().newSession()) {
            failAt(model, 2 * 10 + 1);
            assertThatThrownBy(() -> session.prefill(prompt(400))).isExactlyInstanceOf(Failure.class);
            model.graph().beforeLayer(() -> {});
            assertThat(session.position()).isEqualTo(160);
            model.graph().takeRows();
            session.prefill(Arrays.copyOfRange(PROMPT, 160, 400));
            assertThat(model.graph().takeRows()).isEqualTo(240);
            assertLogits(model, session);
        }
    }
}
