package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.CancelledException;
import dev.railhead.ClosedException;
import dev.railhead.EmbeddingModel;
import dev.railhead.EmbeddingOptions;
import dev.railhead.ModelOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Closing, interrupting and using an embedding model from several threads.
@Timeout(60)
class EmbeddingLifecycleTest {
    private static final List<String> TEXTS = List.of("the cat", "sat on the mat", "", "and the dog ran away");

    /// Takes minutes; a close or an interrupt is in time to stop it.
    private static final List<int[]> ENDLESS = Collections.nCopies(20_000, new int[250]);

    private EmbeddingModel model;
    private ExecutorService threads;

    @BeforeEach
    void load() {
        model = new EncoderCase("bert-mean")
                .load(EmbeddingOptions.defaults().withModel(ModelOptions.defaults().withBackend("reference")));
        threads = Executors.newCachedThreadPool();
    }

    @AfterEach
    void close() {
        model.close();
        threads.close();
    }

    @Test
    void callsOfManyThreadsGiveWhatOneGives() throws Exception {
        float[][] expected = model.embed(TEXTS);
        List<Future<float[][]>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            calls.add(threads.submit(() -> {
                float[][] result = {};
                for (int round = 0; round < 5; round++) {
                    result = model.embed(TEXTS);
                    assertThat(result).isEqualTo(expected);
                }
                return result;
            }));
        }
        for (Future<float[][]> call : calls) {
            assertThat(call.get()).isEqualTo(expected);
        }
    }

    @Test
    void aClosedModelRefusesCalls() {
        model.close();
        model.close();
        List<Callable<?>> calls = List.of(() -> model.embed("a"), () -> model.tokenEmbeddings("a"),
                () -> model.embedTokens(ENDLESS));
        for (Callable<?> call : calls) {
            assertThatThrownBy(call::call).isExactlyInstanceOf(ClosedException.class).hasMessageContaining("bert-mean");
        }
        assertThat(model.tokenizer().encode("still here")).isNotEmpty();
    }

    @Test
    void closingStopsCallsThatRunOrWait() throws Exception {
        List<Future<?>> calls = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(3);
        for (int i = 0; i < 3; i++) {
            calls.add(threads.submit(() -> {
                begun.countDown();
                return model.embedTokens(ENDLESS);
            }));
        }
        begun.await();
        model.embed("let one of them begin");
        model.close();
        for (Future<?> call : calls) {
            assertThatThrownBy(call::get).isInstanceOf(ExecutionException.class)
                    .hasCauseExactlyInstanceOf(ClosedException.class);
        }
    }

    @Test
    void anInterruptStopsACallAndTheModelGoesOn() throws Exception {
        float[][] expected = model.embed(TEXTS);
        Thread[] caller = new Thread[1];
        CountDownLatch begun = new CountDownLatch(1);
        Future<Boolean> call = threads.submit(() -> {
            caller[0] = Thread.currentThread();
            begun.countDown();
            assertThatThrownBy(() -> model.embedTokens(ENDLESS)).isExactlyInstanceOf(CancelledException.class);
            return Thread.interrupted();
        });
        begun.await();
        model.embed("while it runs");
        caller[0].interrupt();
        assertThat(call.get()).as("the interrupt is still pending").isTrue();
        assertThat(model.embed(TEXTS)).isEqualTo(expected);
    }
}
