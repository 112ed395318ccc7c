package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.Candidates;
import dev.railhead.ClosedException;
import dev.railhead.ConcurrentUseException;
import dev.railhead.FinishReason;
import dev.railhead.GenerationOptions;
import dev.railhead.GenerationResult;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Session;
import dev.railhead.TokenStream;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a pull stream does when it is closed, shared or forgotten at the wrong moment.
@Timeout(30)
@SuppressWarnings("try") // closing early, twice and from elsewhere is what is tested
class TokenStreamTest {
    private static final String PROMPT = "abc";
    private static final int TOKEN = 70;
    private static final GenerationOptions ENDLESS = sampling(TokenStreamTest::pickToken);

    @TempDir
    private Path folder;

    private Model model;
    private Session session;
    private TokenStream stream;

    @BeforeEach
    void open() throws IOException {
        Path file = Files.write(folder.resolve("tiny.gguf"), TinyLlama.defaults().writer().toByteArray());
        model = Model.load(file, ModelOptions.defaults().withBackend("reference").withPrefillChunk(16));
        session = model.newSession();
        stream = session.stream(PROMPT, ENDLESS);
    }

    @AfterEach
    void close() {
        session.close();
        model.close();
    }

    private static void pickToken(Candidates candidates) {
        candidates.pick(TOKEN);
    }

    private static GenerationOptions sampling(dev.railhead.Sampler sampler) {
        return GenerationOptions.builder().sampler(sampler).maxTokens(50).build();
    }

    private void assertCancelledAndFree(int tokens) {
        GenerationResult result = stream.result().orElseThrow(); // before anybody asks the stream again
        assertThat(session.position()).isEqualTo(result.promptTokens() + tokens);
        assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(result.tokens()).hasSize(tokens);
        assertThat(result.tokens()).containsOnly(TOKEN);
        assertThat(stream.hasNext()).isFalse();
        assertThatThrownBy(stream::next).isInstanceOf(NoSuchElementException.class);
        session.decode(TOKEN);
    }

    @Test
    void closedHalfWayItFreesTheSession() {
        stream.next();
        stream.next();
        assertThat(stream.result()).isEmpty();
        stream.close();
        stream.close();
        assertCancelledAndFree(2);
    }

    @Test
    void closedBeforeItBeganItChangedNothing() {
        stream.close();
        assertThat(stream.hasNext()).isFalse();
        assertThat(stream.result().orElseThrow().tokens()).isEmpty();
        assertThat(session.position()).isZero();
    }

    /// The closing thread can't wait for the one that computes, and that one can't know that nobody asks again.
    @Test
    void closedByAnotherThreadWhileASamplerRunsItFreesTheSession() throws Exception {
        stream.close();
        CountDownLatch sampling = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        stream = session.stream(PROMPT, sampling(candidates -> {
            sampling.countDown();
            awaitQuietly(closed);
            candidates.pick(TOKEN);
        }));
        FutureTask<?> reader = new FutureTask<>(stream::next);
        Thread.ofVirtual().start(reader);
        sampling.await();
        stream.close();
        closed.countDown();
        reader.get(10, TimeUnit.SECONDS);
        assertCancelledAndFree(1);
    }

    @Test
    void closedByItsOwnSamplerItFreesTheSession() {
        stream.close();
        stream = session.stream(PROMPT, sampling(candidates -> {
            stream.close();
            candidates.pick(TOKEN);
        }));
        assertThat(stream.hasNext()).isFalse();
        assertCancelledAndFree(1);
    }

    @Test
    void aSecondReaderIsRefusedAndTheFirstGoesOn() throws Exception {
        stream.close();
        CountDownLatch sampling = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        stream = session.stream(PROMPT, sampling(candidates -> {
            sampling.countDown();
            awaitQuietly(refused);
            candidates.pick(TOKEN);
        }));
        FutureTask<Integer> first = new FutureTask<>(() -> stream.next().id());
        Thread.ofVirtual().start(first);
        sampling.await();
        assertThatThrownBy(stream::hasNext).isInstanceOf(ConcurrentUseException.class);
        assertThatThrownBy(stream::next).isInstanceOf(ConcurrentUseException.class);
        refused.countDown();
        assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(TOKEN);
        assertThat(stream.next().index()).isEqualTo(1);
        stream.close();
        assertCancelledAndFree(2);
    }

    @Test
    void theModelMayBeClosedUnderIt() {
        stream.next();
        model.close();
        assertThatThrownBy(stream::hasNext).isInstanceOf(ClosedException.class);
        stream.close();
        assertThat(stream.hasNext()).isFalse();
        assertThat(stream.result().orElseThrow().finishReason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(stream.result().orElseThrow().tokens()).containsExactly(TOKEN);
    }

    @Test
    void anInterruptEndsItAndTheFlagStays() {
        stream.next();
        Thread.currentThread().interrupt();
        assertThat(stream.hasNext()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
        assertCancelledAndFree(1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
