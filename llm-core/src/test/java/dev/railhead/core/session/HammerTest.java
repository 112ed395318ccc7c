package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.Ints;
import dev.railhead.Cancellation;
import dev.railhead.ConcurrentUseException;
import dev.railhead.FinishReason;
import dev.railhead.GenerationOptions;
import dev.railhead.GenerationResult;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Sampler;
import dev.railhead.Session;
import dev.railhead.TokenStream;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random calls of eight threads on four sessions. Whatever a session is told, alone among others or disturbed by
/// threads that have no business in it, it gives what a session of its own would give.
@Timeout(120)
class HammerTest {
    private static final int THREADS = 8;
    private static final int SESSIONS = 4;
    private static final int CALLS = 60;
    private static final int FIRST_LETTER = 60;
    private static final int LETTERS = 200;

    @TempDir
    private Path folder;

    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger stopped = new AtomicInteger();

    /// A session that is shared, and who may change it. Others may look, which changes nothing but gets in the way.
    private record Shared(Session session, ReentrantLock owner) {}

    private Model load() throws IOException {
        Path file = Files.write(folder.resolve("tiny.gguf"), TinyLlama.defaults().writer().toByteArray());
        return Model.load(file, ModelOptions.defaults().withBackend("reference").withPrefillChunk(8));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void sessionsGiveWhatTheyGiveAlone(long seed) throws Exception {
        try (Model model = load();
                Model quiet = load();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Shared> shared = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                shared.add(new Shared(model.newSession(), new ReentrantLock()));
            }
            List<Future<?>> work = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                Random random = new Random(seed * 1000 + t);
                work.add(threads.submit(() -> hammer(shared, quiet, random)));
            }
            for (Future<?> each : work) {
                each.get();
            }
        } catch (Exception | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
        assertThat(refused).as("calls that were refused").hasPositiveValue();
        assertThat(stopped).as("generations that were stopped").hasPositiveValue();
    }

    private void hammer(List<Shared> shared, Model quiet, Random random) {
        try (Session solo = quiet.newSession()) {
            for (int i = 0; i < CALLS; i++) {
                Shared one = shared.get(random.nextInt(SESSIONS));
                if (one.owner.tryLock()) {
                    try {
                        change(one.session, solo, random);
                    } finally {
                        one.owner.unlock();
                    }
                } else {
                    look(one.session);
                }
            }
        }
    }

    private void look(Session session) {
        try {
            assertThat(session.position()).isNotNegative();
        } catch (ConcurrentUseException e) {
            refused.incrementAndGet();
        }
    }

    /// Tries until nobody is in the way.
    private <T> T insist(Supplier<T> call) {
        while (true) {
            try {
                return call.get();
            } catch (ConcurrentUseException e) {
                refused.incrementAndGet();
                Thread.yield();
            }
        }
    }

    private void change(Session session, Session solo, Random random) {
        int[] before = insist(session::tokens);
        if (before.length > 60) {
            int position = random.nextInt(20);
            insist(() -> {
                session.rewind(position);
                return position;
            });
            before = Arrays.copyOf(before, position);
        }
        int[] prompt = random.ints(1 + random.nextInt(20), FIRST_LETTER, FIRST_LETTER + LETTERS).toArray();
        switch (random.nextInt(4)) {
            case 0 -> prefill(session, solo, before, prompt);
            case 1 -> generate(session, solo, before, prompt, random, false);
            case 2 -> generate(session, solo, before, prompt, random, true);
            default -> decode(session, solo, before, prompt[0]);
        }
    }

    private void prefill(Session session, Session solo, int[] before, int[] prompt) {
        insist(() -> {
            session.prefill(prompt);
            return prompt;
        });
        checkLogits(session, solo, Ints.concat(before, prompt));
    }

    private void decode(Session session, Session solo, int[] before, int token) {
        insist(() -> {
            session.decode(token);
            return token;
        });
        checkLogits(session, solo, Ints.concat(before, new int[]{token}));
    }

    private void checkLogits(Session session, Session solo, int[] tokens) {
        solo.rewind(0);
        solo.prefill(tokens);
        assertThat(insist(session::tokens)).containsExactly(tokens);
        assertThat(insist(session::logits)).containsExactly(solo.logits());
    }

    private void generate(Session session, Session solo, int[] before, int[] prompt, Random random, boolean pull) {
        GenerationOptions options = GenerationOptions.builder().maxTokens(1 + random.nextInt(12))
                .sampler(Sampler.chain(Sampler.temperature(2), Sampler.random(random.nextLong()))).build();
        Cancellation cancellation = new Cancellation();
        GenerationOptions.Builder stopping = options.toBuilder().cancellation(cancellation);
        int how = random.nextInt(5);
        if (how == 0) {
            stopping.timeout(Duration.ofNanos(1 + random.nextInt(2_000_000)));
        } else if (how == 1) {
            stopping.queueTimeout(Duration.ofNanos(1 + random.nextInt(100_000)));
        } else if (how == 2) {
            stopping.firstTokenTimeout(Duration.ofNanos(1 + random.nextInt(1_000_000)));
        }
        int cancelAt = how == 3 ? random.nextInt(options.maxTokens()) : -1;
        GenerationResult result = insist(() -> pull
                ? pulled(session, prompt, stopping.build(), cancelAt)
                : session.generate(prompt, stopping.build(), token -> {
                    look(session); // from within its own call
                    if (token.index() == cancelAt) {
                        cancellation.cancel();
                    }
                }));
        solo.rewind(0);
        int[] expected = solo.generate(Ints.concat(before, prompt), options).tokens();
        boolean whole = result.finishReason() == FinishReason.MAX_TOKENS
                || result.finishReason() == FinishReason.END_TOKEN;
        stopped.addAndGet(whole ? 0 : 1);
        assertThat(result.tokens()).as("%s", result.finishReason())
                .containsExactly(whole ? expected : Arrays.copyOf(expected, result.tokens().length));
        assertThat(insist(session::tokens)).as("%s", result.finishReason()).containsExactly(
                Ints.concat(before, Arrays.copyOf(prompt, result.promptTokens()), result.tokens()));
    }

    /// Reads a stream, or only as far as `cancelAt`.
    private GenerationResult pulled(Session session, int[] prompt, GenerationOptions options, int cancelAt) {
        try (TokenStream stream = session.stream(prompt, options)) {
            while (insist(stream::hasNext)) {
                if (insist(stream::next).index() == cancelAt) {
                    break;
                }
            }
            stream.close();
            return stream.result().orElseThrow();
        }
    }
}
