package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.Cancellation;
import dev.railhead.CancelledException;
import dev.railhead.ClosedException;
import dev.railhead.ConcurrentUseException;
import dev.railhead.ContextOverflowException;
import dev.railhead.FinishReason;
import dev.railhead.GenerationOptions;
import dev.railhead.GenerationResult;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Session;
import dev.railhead.TokenStream;
import dev.railhead.demo.DemoModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The contracts of closing, cancelling and using from several threads.
@Timeout(60)
class LifecycleTest {
    private static final String PROMPT = "Once upon a time";
    private static final GenerationOptions GREEDY_20 = GenerationOptions.builder().temperature(0).maxTokens(20).build();

    /// Never ends by itself: the sampler avoids end tokens.
    private static final GenerationOptions ENDLESS = GenerationOptions.builder().sampler(c -> c.pick(100)).build();

    private Model model;
    private ExecutorService threads;

    @BeforeEach
    void load() {
        model = DemoModel.load(ModelOptions.defaults().withBackend("reference").withPrefillChunk(16));
        threads = Executors.newVirtualThreadPerTaskExecutor();
    }

    @AfterEach
    void close() {
        model.close();
        threads.close();
    }

    private String solo() {
        try (Session session = model.newSession()) {
            return session.generate(PROMPT, GREEDY_20).text();
        }
    }

    @Test
    void closingTwiceIsFineAndUseAfterCloseIsNot() {
        Session session = model.newSession();
        session.prefill(1, 2, 3);
        session.close();
        session.close();
        List<Callable<?>> uses = List.of(session::position, session::tokens, session::logits,
                () -> session.nextTokens(1), () -> session.generate(PROMPT, GREEDY_20),
                () -> session.stream(PROMPT, GREEDY_20));
        for (Callable<?> use : uses) {
            assertThatThrownBy(use::call).isInstanceOf(ClosedException.class).hasMessageContaining("closed");
        }
        assertThatThrownBy(() -> session.decode(1)).isInstanceOf(ClosedException.class);
        Session open = model.newSession();
        model.close();
        model.close();
        assertThatThrownBy(() -> open.decode(1)).isInstanceOf(ClosedException.class);
        assertThatThrownBy(model::newSession).isInstanceOf(ClosedException.class);
        assertThatCode(open::close).doesNotThrowAnyException();
        assertThat(model.tokenizer().decode(model.tokenizer().encode("still here"))).isEqualTo("still here");
    }

    @Test
    void aSecondThreadIsRefusedAndDisturbsNothing() throws Exception {
        String expected = solo();
        try (Session session = model.newSession()) {
            GenerationResult result = session.generate(PROMPT, GREEDY_20, token -> {
                Future<?> second = threads.submit(() -> session.decode(1));
                assertThatThrownBy(second::get).hasCauseInstanceOf(ConcurrentUseException.class);
                assertThatThrownBy(() -> session.decode(1)).isInstanceOf(ConcurrentUseException.class)
                        .hasMessageContaining("listener");
            });
            assertThat(result.text()).isEqualTo(expected);
        }
    }

    @Test
    void aListenerThatThrowsEndsTheGenerationUnchanged() {
        for (Throwable thrown : List.of(new IllegalStateException("mine"), new AssertionError("mine"))) {
            try (Session session = model.newSession()) {
                assertThatThrownBy(() -> session.generate(PROMPT, GREEDY_20, token -> {
                    if (token.index() == 3) {
                        LifecycleTest.<RuntimeException>sneakyThrow(thrown);
                    }
                })).isSameAs(thrown);
                int prompt = model.tokenizer().encode(PROMPT).length;
                assertThat(session.position()).isEqualTo(prompt + 3);
                session.rewind(0);
                assertThat(session.generate(PROMPT, GREEDY_20).text()).isEqualTo(solo());
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneakyThrow(Throwable t) throws T {
        throw (T) t;
    }

    @Test
    void cancellationReturnsWhatThereIs() {
        try (Session session = model.newSession()) {
            Cancellation cancellation = new Cancellation();
            var options = ENDLESS.toBuilder().cancellation(cancellation).build();
            GenerationResult result = session.generate(PROMPT, options, token -> {
                if (token.index() == 4) {
                    cancellation.cancel();
                }
            });
            assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
            assertThat(result.tokens()).hasSize(5);
            assertThat(session.generate("", options).tokens()).isEmpty();
            session.rewind(0);
            assertThat(session.generate(PROMPT, GREEDY_20).text()).isEqualTo(solo());
        }
    }

    @Test
    void anInterruptCancelsAndTheFlagStays() {
        try (Session session = model.newSession()) {
            GenerationResult result = session.generate(PROMPT, ENDLESS, token -> Thread.currentThread().interrupt());
            assertThat(Thread.interrupted()).isTrue();
            assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> session.decode(1)).isInstanceOf(CancelledException.class);
            assertThat(Thread.interrupted()).isTrue();
            session.decode(1);
        }
    }

    @Test
    void anInterruptThatIsPendingBeforeACallChangesNothing() {
        try (Session session = model.newSession()) {
            session.prefill(1, 2, 3);
            float[] logits = session.logits();
            Thread.currentThread().interrupt();
            GenerationResult result = session.generate(PROMPT, GREEDY_20);
            assertThatThrownBy(() -> session.prefill(4, 5)).isInstanceOf(CancelledException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
            assertThat(result.promptTokens()).isZero();
            assertThat(result.text()).isEmpty();
            assertThat(session.tokens()).containsExactly(1, 2, 3);
            assertThat(session.logits()).containsExactly(logits);
        }
    }

    /// A token that was generated last and not computed yet is as much part of the session as the others.
    @Test
    void anInterruptTakesNoGeneratedTokenAway() {
        try (Session session = model.newSession()) {
            session.generate(PROMPT, GREEDY_20);
            int[] tokens = session.tokens();
            Thread.currentThread().interrupt();
            assertThatThrownBy(session::logits).isInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> session.decode(5)).isInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> ((AllLogits) session).allLogits(5, 6)).isInstanceOf(CancelledException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(session.tokens()).containsExactly(tokens);
        }
    }

    @Test
    void aThreadWithASmallStackIsEnough() throws Exception {
        String expected = solo();
        String longPrompt = "word ".repeat(100_000);
        FutureTask<String> work = new FutureTask<>(() -> {
            try (Model own = DemoModel.load(ModelOptions.defaults().withBackend("reference"));
                    Session session = own.newSession()) {
                assertThatThrownBy(() -> session.generate(longPrompt, GREEDY_20))
                        .isInstanceOf(ContextOverflowException.class);
                return session.generate(PROMPT, GREEDY_20.toBuilder().stopStrings("z".repeat(100_000)).build()).text();
            }
        });
        Thread.ofPlatform().stackSize(256 * 1024).start(work);
        assertThat(work.get()).isEqualTo(expected);
    }

    @Test
    void aTimeoutEndsTheGeneration() {
        try (Session session = model.newSession()) {
            GenerationResult result = session.generate(PROMPT,
                    ENDLESS.toBuilder().timeout(Duration.ofMillis(50)).build());
            assertThat(result.finishReason()).isEqualTo(FinishReason.TIMEOUT);
            session.rewind(0); // how far it came depends on the machine, and what follows on that
            assertThat(session.generate(PROMPT, GREEDY_20.toBuilder().timeout(Duration.ofDays(200_000)).build())
                    .finishReason()).isEqualTo(FinishReason.MAX_TOKENS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"session", "model"})
    void closingFromAnotherThreadCancelsARunningGeneration(String what) throws Exception {
        Session session = model.newSession();
        CountDownLatch running = new CountDownLatch(1);
        Future<GenerationResult> generation = threads
                .submit(() -> session.generate(PROMPT, ENDLESS, token -> running.countDown()));
        running.await();
        (what.equals("model") ? (AutoCloseable) model : session).close();
        assertThat(generation.get(10, TimeUnit.SECONDS).finishReason()).isEqualTo(FinishReason.CANCELLED);
        assertThatThrownBy(session::position).isInstanceOf(ClosedException.class);
    }

    @Test
    void closingTheModelDuringAPrefillEndsIt() throws Exception {
        Session session = model.newSession();
        Future<?> prefill = threads.submit(() -> session.prefill(new int[1000]));
        Thread.sleep(20);
        model.close();
        try {
            prefill.get(10, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(ClosedException.class);
        }
        assertThatThrownBy(() -> session.decode(1)).isInstanceOf(ClosedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"session", "model"})
    void closingFromTheListenerReturnsAtOnce(String what) {
        Session session = model.newSession();
        GenerationResult result = session.generate(PROMPT, ENDLESS,
                token -> assertThatCode(() -> (what.equals("model") ? (AutoCloseable) model : session).close())
                        .doesNotThrowAnyException());
        assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(result.tokens()).hasSize(1);
        assertThatThrownBy(session::position).isInstanceOf(ClosedException.class);
    }

    @Test
    @SuppressWarnings("try") // closing early and twice is what is tested
    void anOpenStreamOwnsItsSession() {
        try (Session session = model.newSession()) {
            TokenStream stream = session.stream(PROMPT, GREEDY_20);
            assertThat(stream.hasNext()).isTrue();
            assertThatThrownBy(() -> session.decode(1)).isInstanceOf(ConcurrentUseException.class)
                    .hasMessageContaining("token stream");
            stream.next();
            stream.close();
            stream.close();
            assertThat(stream.hasNext()).isFalse();
            assertThat(stream.result().orElseThrow().finishReason()).isEqualTo(FinishReason.CANCELLED);
            session.decode(1);
            TokenStream other = session.stream("", GREEDY_20);
            session.close();
            assertThatThrownBy(other::hasNext).isInstanceOf(ClosedException.class);
            other.close();
        }
    }

    @Test
    void manySessionsAtOnceEachGiveTheirSoloText() throws Exception {
        List<String> prompts = List.of("Once upon a time", "The", "A brave fox", "Lily saw", "My name is Tom.");
        List<String> expected = new ArrayList<>();
        for (String prompt : prompts) {
            try (Session session = model.newSession()) {
                expected.add(session.generate(prompt, GREEDY_20).text());
            }
        }
        List<Future<String>> found = new ArrayList<>();
        for (String prompt : prompts) {
            found.add(threads.submit(() -> {
                try (Session session = model.newSession()) {
                    return session.generate(prompt, GREEDY_20).text();
                }
            }));
        }
        for (int i = 0; i < prompts.size(); i++) {
            assertThat(found.get(i).get()).isEqualTo(expected.get(i));
        }
    }

    @Test
    void aLostSessionGivesItsMemoryBack() {
        List<String> freed = new ArrayList<>();
        Leases leases = new Leases(() -> freed.add("resources"));
        var layout = new dev.railhead.spi.KvLayout(new int[]{1}, new int[]{2}, new int[]{2});
        try (var pool = new dev.railhead.core.kv.KvPool(
                new dev.railhead.core.kv.SequenceLayout(layout, new int[1], 16), 1 << 20)) {
            var memory = new SessionMemory(new dev.railhead.core.kv.KvSequence(pool), leases);
            memory.sequence().reserve(100);
            assertThat(pool.usedBytes()).isEqualTo(2 * layout.pageBytes());
            memory.run(); // what the cleaner calls
            assertThat(pool.usedBytes()).isZero();
            assertThat(freed).isEmpty();
            memory.giveBack();
            leases.giveBack();
            assertThat(freed).containsExactly("resources");
        }
    }
}
