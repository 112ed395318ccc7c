package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.Ints;
import dev.railhead.Cancellation;
import dev.railhead.FinishReason;
import dev.railhead.GenerationOptions;
import dev.railhead.GenerationResult;
import dev.railhead.ModelOptions;
import dev.railhead.Session;
import dev.railhead.gguf.GgufFile;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The deadlines of a generation, on a clock that the test moves.
@Timeout(60)
class DeadlinesTest {
    private static final int CHUNK = 16;
    private static final int[] PROMPT = IntStream.range(60, 130).toArray();
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    /// End tokens are never chosen.
    private static final GenerationOptions TEN = GenerationOptions.builder().maxTokens(10).sampler(candidates -> {
        candidates.retain(i -> candidates.token(i) > 2);
        candidates.keepTop(1);
    }).build();

    private final TestClock clock = new TestClock();

    @TempDir
    private Path folder;

    private RailheadModel model;
    private Session session;
    private int[] solo;

    @BeforeEach
    void open() throws IOException {
        Path file = Files.write(folder.resolve("tiny.gguf"), TinyLlama.defaults().writer().toByteArray());
        model = (RailheadModel) ModelLoader.load(GgufFile.open(file),
                ModelOptions.defaults().withBackend("reference").withPrefillChunk(CHUNK), clock);
        session = model.newSession();
        solo = session.generate(PROMPT, TEN).tokens();
        assertThat(solo).hasSize(10);
        session.rewind(0);
    }

    @AfterEach
    void close() {
        session.close();
        model.close();
    }

    private static GenerationOptions.Builder ten() {
        return TEN.toBuilder();
    }

    /// Another session, which stands still in the middle of a prefill until it is told to go on: the test stops it where
    /// it looks at its deadline.
    private final class Busy implements AutoCloseable {
        /// The call, its prefill and its turn are worth four looks, each layer of each chunk one more.
        private static final int LOOKS = 8;

        private final Session other = model.newSession();
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);
        private final FutureTask<GenerationResult> prefill = new FutureTask<>(
                () -> other.generate(PROMPT, ten().timeout(Duration.ofDays(200 * 365)).build()));
        private final Thread thread = Thread.ofPlatform().daemon().unstarted(prefill);
        private int looks;

        Busy() {
            clock.onLook(this::look);
            thread.start();
            awaitQuietly(begun);
        }

        private void look() {
            if (Thread.currentThread() == thread && ++looks == LOOKS) {
                begun.countDown();
                awaitQuietly(release);
            }
        }

        @Override
        public void close() {
            release.countDown();
            assertThat(prefill).succeedsWithin(Duration.ofSeconds(10))
                    .satisfies(result -> assertThat(result.tokens()).containsExactly(solo));
            other.close();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A generation on a thread of its own, which has begun to wait for the model.
    private final class Waiting {
        private final FutureTask<GenerationResult> generation;
        private final Thread thread;

        Waiting(int[] prompt, GenerationOptions options) throws InterruptedException {
            generation = new FutureTask<>(() -> session.generate(prompt, options));
            thread = Thread.ofPlatform().daemon().start(generation);
            awaitSleep(thread);
        }

        GenerationResult result() throws Exception {
            return generation.get(10, TimeUnit.SECONDS);
        }

        void assertStillWaiting() throws InterruptedException {
            Thread.sleep(60); // three looks
            assertThat(generation.isDone()).isFalse();
        }
    }

    private void assertNothingHappened(GenerationResult result, FinishReason reason) {
        assertThat(result.finishReason()).isEqualTo(reason);
        assertThat(result.text()).isEmpty();
        assertThat(result.tokens()).isEmpty();
        assertThat(result.promptTokens()).isZero();
        assertThat(result.timings().prefillTokens()).isZero();
        assertThat(result.timings().prefill()).isGreaterThanOrEqualTo(Duration.ZERO)
                .isLessThanOrEqualTo(result.timings().total());
        assertThat(result.timings().timeToFirstToken()).isEqualTo(result.timings().total());
        assertThat(session.position()).isZero();
        assertThat(session.generate(PROMPT, TEN).tokens()).containsExactly(solo);
    }

    @ParameterizedTest
    @EnumSource(names = {"TIMEOUT", "FIRST_TOKEN_TIMEOUT", "QUEUE_TIMEOUT"})
    void eachDeadlineStrikesWhileAnotherSessionPrefills(FinishReason reason) throws Exception {
        GenerationOptions options = ten().timeout(reason == FinishReason.TIMEOUT ? SECOND : FOREVER)
                .firstTokenTimeout(reason == FinishReason.FIRST_TOKEN_TIMEOUT ? SECOND : FOREVER)
                .queueTimeout(reason == FinishReason.QUEUE_TIMEOUT ? SECOND : FOREVER).build();
        GenerationResult result;
        try (Busy _ = new Busy()) {
            Waiting waiting = new Waiting(PROMPT, options);
            clock.advance(SECOND.minusNanos(1));
            waiting.assertStillWaiting();
            clock.advance(Duration.ofNanos(1));
            result = waiting.result();
            assertThat(result.timings().total()).isEqualTo(SECOND);
        }
        assertNothingHappened(result, reason);
    }

    @Test
    void theEarliestOfThemIsTheReason() throws Exception {
        GenerationResult result;
        try (Busy _ = new Busy()) {
            Waiting waiting = new Waiting(PROMPT,
                    ten().timeout(SECOND.multipliedBy(3)).firstTokenTimeout(SECOND.multipliedBy(2)).queueTimeout(SECOND)
                            .build());
            clock.advance(SECOND.multipliedBy(10));
            result = waiting.result();
        }
        assertNothingHappened(result, FinishReason.QUEUE_TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancellation", "interrupt"})
    void whoWaitsCanBeStopped(String how) throws Exception {
        Cancellation cancellation = new Cancellation();
        GenerationResult result;
        try (Busy _ = new Busy()) {
            Waiting waiting = new Waiting(PROMPT, ten().cancellation(cancellation).queueTimeout(SECOND).build());
            if (how.equals("interrupt")) {
                waiting.thread.interrupt();
            } else {
                cancellation.cancel();
            }
            result = waiting.result();
        }
        assertNothingHappened(result, FinishReason.CANCELLED);
    }

    @Test
    void closingASessionThatWaitsEndsItsCall() throws Exception {
        try (Busy _ = new Busy()) {
            Waiting waiting = new Waiting(PROMPT, TEN);
            session.close();
            assertThat(waiting.result().finishReason()).isEqualTo(FinishReason.CANCELLED);
        }
    }

    @Test
    void theQueueDeadlineIsForTheFirstTurnOnly() throws Exception {
        Thread generating = Thread.currentThread();
        List<FutureTask<Void>> others = new ArrayList<>();
        GenerationResult result = session.generate(PROMPT, ten().queueTimeout(SECOND).build(), token -> {
            if (token.index() == 0) {
                Busy busy = new Busy();
                others.add(new FutureTask<>(() -> {
                    awaitSleep(generating);
                    clock.advance(SECOND.multipliedBy(2));
                    Thread.sleep(60); // three looks
                    busy.close();
                    return null;
                }));
                Thread.ofPlatform().daemon().start(others.getFirst());
            }
        });
        others.getFirst().get(10, TimeUnit.SECONDS);
        assertThat(result.finishReason()).isEqualTo(FinishReason.MAX_TOKENS);
        assertThat(result.tokens()).containsExactly(solo);
    }

    /// Returns when a thread sleeps in the queue.
    private static void awaitSleep(Thread thread) throws InterruptedException {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }
    }

    @Test
    void aFreeModelHasNoQueue() {
        clock.advanceAtEachLook(MILLISECOND);
        GenerationResult result = session.generate(PROMPT, ten().queueTimeout(Duration.ofNanos(1)).build());
        assertThat(result.tokens()).containsExactly(solo);
    }

    @Test
    void theFirstTokenDeadlineStrikesWithinALongPrefill() {
        clock.advanceAtEachLook(MILLISECOND);
        GenerationResult result = session.generate(PROMPT,
                ten().firstTokenTimeout(MILLISECOND.multipliedBy(12)).build());
        assertThat(result.finishReason()).isEqualTo(FinishReason.FIRST_TOKEN_TIMEOUT);
        assertThat(result.tokens()).isEmpty();
        int fed = session.position();
        assertThat(fed).isPositive().isLessThan(PROMPT.length).matches(n -> n % CHUNK == 0);
        assertThat(result.promptTokens()).isEqualTo(fed);
        assertThat(result.timings().prefillTokens()).isEqualTo(fed);
        assertThat(result.timings().prefill()).isPositive().isLessThanOrEqualTo(result.timings().timeToFirstToken());
        assertThat(result.timings().prefillTokensPerSecond()).isPositive();
        int[] rest = Arrays.copyOfRange(PROMPT, fed, PROMPT.length);
        assertThat(session.generate(rest, TEN).tokens()).containsExactly(solo);
    }

    @Test
    void theFirstTokenDeadlineIsOverWithTheFirstToken() {
        GenerationResult result = session.generate(PROMPT, ten().firstTokenTimeout(SECOND).build(),
                token -> clock.advance(SECOND));
        assertThat(result.finishReason()).isEqualTo(FinishReason.MAX_TOKENS);
        assertThat(result.timings().timeToFirstToken()).isZero();
        assertThat(result.timings().decode()).isEqualTo(SECOND.multipliedBy(10));
        assertThat(result.timings().total()).isEqualTo(SECOND.multipliedBy(10));
    }

    /// Wherever the deadline strikes, the session holds what the result says, and goes on from there.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stoppedAnywhereTheSessionGoesOnWithTheSameTokens(boolean pull) {
        clock.advanceAtEachLook(MILLISECOND);
        int stopped = 0;
        for (int looks = 1;; looks++) {
            session.rewind(0);
            GenerationOptions options = ten().timeout(MILLISECOND.multipliedBy(looks)).build();
            GenerationResult result = pull ? pulled(options) : session.generate(PROMPT, options);
            if (result.finishReason() == FinishReason.MAX_TOKENS) {
                break;
            }
            stopped++;
            assertThat(result.finishReason()).isEqualTo(FinishReason.TIMEOUT);
            int[] fed = Arrays.copyOf(PROMPT, result.promptTokens());
            assertThat(session.tokens()).as("%d ms", looks).containsExactly(Ints.concat(fed, result.tokens()));
            if (result.tokens().length > 0) {
                assertThat(fed).hasSize(PROMPT.length);
            }
            int[] rest = Arrays.copyOfRange(PROMPT, fed.length, PROMPT.length);
            GenerationOptions remaining = ten().maxTokens(10 - result.tokens().length).build();
            assertThat(Ints.concat(result.tokens(), session.generate(rest, remaining).tokens()))
                    .as("%d ms", looks).containsExactly(solo);
        }
        assertThat(stopped).isGreaterThan(30);
    }

    private GenerationResult pulled(GenerationOptions options) {
        try (var stream = session.stream(PROMPT, options)) {
            stream.forEachRemaining(token -> {});
            return stream.result().orElseThrow();
        }
    }

    /// The last token of a generation is computed when what follows it is wanted; until then it is easily lost.
    @Test
    void aCallThatIsStoppedBeforeItBeganTakesNothingFromTheSession() throws Exception {
        int[] first = session.generate(PROMPT, ten().maxTokens(4).build()).tokens();
        int[] before = session.tokens();
        try (Busy _ = new Busy()) {
            Waiting waiting = new Waiting(new int[]{70, 71}, ten().queueTimeout(SECOND).build());
            clock.advance(SECOND);
            assertThat(waiting.result().finishReason()).isEqualTo(FinishReason.QUEUE_TIMEOUT);
        }
        assertThat(session.tokens()).containsExactly(before);
        assertThat(Ints.concat(first, session.generate(new int[0], ten().maxTokens(6).build()).tokens()))
                .containsExactly(solo);
    }

    @Test
    void hugeDurationsNeverStrike() throws Exception {
        GenerationOptions options = ten().timeout(FOREVER).firstTokenTimeout(FOREVER).queueTimeout(FOREVER).build();
        Waiting waiting;
        try (Busy _ = new Busy()) {
            waiting = new Waiting(PROMPT, options);
            clock.advance(Duration.ofDays(100 * 365));
            waiting.assertStillWaiting();
        }
        assertThat(waiting.result().tokens()).containsExactly(solo);
    }

    @Test
    void aQueueDeadlineBeyondTheClocksRangeIsNone() {
        GenerationOptions options = ten().queueTimeout(Duration.ofNanos(Long.MAX_VALUE - 1)).build();
        Deadlines deadlines = new Deadlines(options, clock);
        clock.advance(SECOND);
        deadlines.startWaiting(); // a second from the start and the timeout are more than a long holds
        assertThat(deadlines.nanosLeft()).isEqualTo(Long.MAX_VALUE);
        clock.advance(Duration.ofDays(100 * 365));
        assertThat(deadlines.passed()).isNull();
    }
}
