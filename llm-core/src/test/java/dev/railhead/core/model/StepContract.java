package dev.railhead.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.KvCacheType;
import dev.railhead.LoadMode;
import dev.railhead.LoadProgress;
import dev.railhead.core.kv.KvPool;
import dev.railhead.core.kv.KvSequence;
import dev.railhead.core.kv.Step;
import dev.railhead.core.kv.StepCancelledException;
import dev.railhead.demo.DemoModel;
import dev.railhead.gguf.GgufFile;
import dev.railhead.spi.Backend;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Steps with rows of several sequences give each row what it would get alone. A backend's test extends this.
public abstract class StepContract {
    private static final int CAPACITY = 96;
    private static final int CONTEXT = 512;

    private Arena arena;
    private Backend backend;
    private GgufFile file;
    private Graph graph;
    private int vocabulary;

    /// The backend under test.
    protected abstract Backend backend();

    /// The model's file; of at least three layers, between which a cancellation is seen.
    protected byte[] model() throws IOException {
        try (InputStream in = DemoModel.open()) {
            return in.readAllBytes();
        }
    }

    @BeforeEach
    void load() throws IOException {
        arena = Arena.ofShared();
        backend = backend();
        byte[] bytes = model();
        MemorySegment memory = arena.allocate(bytes.length, 64);
        memory.copyFrom(MemorySegment.ofArray(bytes));
        file = GgufFile.of("demo", memory);
        graph = Architectures.load(new Weights(file, backend,
                (tensor, owner) -> backend.pack(tensor, LoadMode.PACKED, owner), arena, LoadProgress.NONE), CONTEXT,
                CAPACITY);
        vocabulary = file.metadata().strings("tokenizer.ggml.tokens").size();
    }

    @AfterEach
    void free() {
        backend.close();
        arena.close();
    }

    private KvPool pool(KvCacheType type) {
        return new KvPool(Architectures.sequenceLayout(file.metadata(), type, CAPACITY), Long.MAX_VALUE);
    }

    /// Logits of every position of a sequence that runs alone, token by token.
    private float[][] alone(KvPool pool, int[] tokens) {
        float[][] logits = new float[tokens.length][vocabulary];
        Step step = new Step(1, pool.layout());
        try (KvSequence sequence = new KvSequence(pool)) {
            for (int position = 0; position < tokens.length; position++) {
                sequence.reserve(position + 1);
                step.reset(() -> false).add(sequence, position, tokens[position], logits[position]);
                graph.forward(step);
                step.complete();
            }
        }
        return logits;
    }

    @ParameterizedTest
    @EnumSource
    void rowsOfManySequencesDontSeeEachOther(KvCacheType type) {
        try (KvPool pool = pool(type)) {
            rowsOfManySequencesDontSeeEachOther(pool);
        }
    }

    private void rowsOfManySequencesDontSeeEachOther(KvPool pool) {
        long seed = 20261124;
        Random random = new Random(seed);
        List<int[]> sequences = new ArrayList<>();
        List<float[][]> expected = new ArrayList<>();
        for (int s = 0; s < 5; s++) {
            int[] tokens = random.ints(20 + random.nextInt(120), 0, vocabulary).toArray();
            sequences.add(tokens);
            expected.add(alone(pool, tokens));
        }
        List<KvSequence> pages = sequences.stream().map(tokens -> new KvSequence(pool)).toList();
        int[] position = new int[sequences.size()];
        Step step = new Step(CAPACITY, pool.layout());
        while (position[0] < sequences.getFirst().length) {
            step.reset(() -> false);
            List<Runnable> checks = new ArrayList<>();
            for (int s : random.ints(12, 0, sequences.size()).distinct().toArray()) {
                int count = Math.min(random.nextInt(40), sequences.get(s).length - position[s]);
                for (int i = 0; i < count && step.rows() < CAPACITY; i++) {
                    int at = position[s]++;
                    pages.get(s).reserve(at + 1);
                    float[] logits = random.nextInt(3) == 0 ? new float[vocabulary] : null;
                    step.add(pages.get(s), at, sequences.get(s)[at], logits);
                    if (logits != null) {
                        checks.add(() -> assertThat(logits).as("seed %d, sequence %d, position %d", seed, s, at)
                                .containsExactly(expected.get(s)[at]));
                    }
                }
            }
            graph.forward(step);
            step.complete();
            checks.forEach(Runnable::run);
        }
        pages.forEach(KvSequence::close);
        assertThat(pool.usedBytes()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void recycledPagesDontLeakOldValues(KvCacheType type) {
        int[] tokens = new Random(5).ints(100, 0, vocabulary).toArray();
        try (KvPool pool = pool(type)) {
            float[][] expected = alone(pool, tokens);
            alone(pool, new Random(6).ints(150, 0, vocabulary).toArray());
            float[][] again = alone(pool, tokens);
            for (int i = 0; i < tokens.length; i++) {
                assertThat(again[i]).containsExactly(expected[i]);
            }
        }
    }

    @Test
    void cancellationIsSeenBetweenLayers() {
        AtomicInteger asked = new AtomicInteger();
        try (KvPool pool = pool(KvCacheType.F16); KvSequence sequence = new KvSequence(pool)) {
            sequence.reserve(1);
            Step step = new Step(1, pool.layout());
            step.reset(() -> asked.incrementAndGet() == 3).add(sequence, 0, 1, new float[vocabulary]);
            assertThatThrownBy(() -> graph.forward(step)).isInstanceOf(StepCancelledException.class);
            assertThat(asked).hasValue(3);
        }
    }
}
