package dev.railhead.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.KvCacheType;
import dev.railhead.LoadMode;
import dev.railhead.LoadProgress;
import dev.railhead.core.kv.KvPool;
import dev.railhead.core.kv.KvSequence;
import dev.railhead.core.kv.Source;
import dev.railhead.core.kv.Step;
import dev.railhead.core.session.EncoderCase;
import dev.railhead.core.session.ReferenceCase;
import dev.railhead.gguf.GgufFile;
import dev.railhead.spi.Backend;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the two ways through T5 give with every backend: the reference's, in any steps, with other texts beside. A backend's test
/// extends this.
public abstract class T5Contract {
    private static final double F32_ERROR = 2e-8;
    private static final int CAPACITY = 200;

    /// The backend under test, a new one.
    protected abstract Backend backend();

    static Stream<EncoderCase> cases() {
        return Stream.of("t5-relu", "t5-gated").map(EncoderCase::new);
    }

    /// A loaded model, its pages and its steps.
    private static final class Loaded implements AutoCloseable {
        private final Arena arena = Arena.ofShared();
        private final Backend backend;
        private final Graph graph;
        private final KvPool pool;
        private final Step step;
        private final int vocabulary;

        Loaded(EncoderCase reference, Backend backend) {
            this.backend = backend;
            byte[] bytes = reference.file("model.gguf");
            MemorySegment memory = arena.allocate(bytes.length, 64);
            memory.copyFrom(MemorySegment.ofArray(bytes));
            GgufFile file = GgufFile.of(reference.name(), memory);
            graph = Architectures.load(new Weights(file, backend,
                    (tensor, owner) -> backend.pack(tensor, LoadMode.PACKED, owner), arena, LoadProgress.NONE), 256,
                    CAPACITY);
            pool = new KvPool(Architectures.sequenceLayout(file.metadata(), KvCacheType.F32, CAPACITY),
                    Long.MAX_VALUE);
            step = new Step(CAPACITY, pool.layout());
            vocabulary = file.metadata().strings("tokenizer.ggml.tokens").size();
        }

        Source read(int[] text) {
            KvSequence sequence = addText(text);
            step.markSource();
            graph.forward(step);
            return new Source(sequence, text.length);
        }

        KvSequence addText(int[] text) {
            KvSequence sequence = new KvSequence(pool);
            sequence.reserve(text.length);
            for (int i = 0; i < text.length; i++) {
                step.add(sequence, i, text[i], null);
            }
            return sequence;
        }

        /// Feeds tokens in steps of so many.
        float[][] decode(Source source, int[] tokens, int size) {
            float[][] logits = new float[tokens.length][vocabulary];
            KvSequence sequence = new KvSequence(pool);
            sequence.read(source);
            sequence.reserve(tokens.length);
            for (int from = 0; from < tokens.length; from += size) {
                step.reset(() -> false);
                for (int i = from; i < Math.min(tokens.length, from + size); i++) {
                    step.add(sequence, i, tokens[i], logits[i]);
                }
                graph.forward(step);
            }
            return logits;
        }

        @Override
        public void close() {
            backend.close();
            pool.close();
            arena.close();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void statesOfTheEncoderEqualTheReference(EncoderCase reference) {
        int[] text = reference.ints("encoder_tokens");
        float[][] states = new float[text.length][];
        try (Loaded loaded = new Loaded(reference, backend())) {
            loaded.step.reset(() -> false);
            loaded.addText(text);
            loaded.step.wantHiddenStates((x, rows) -> Arrays.setAll(states,
                    row -> Arrays.copyOfRange(x.values, row * x.columns, (row + 1) * x.columns)));
            loaded.graph.forward(loaded.step);
        }
        assertThat(ReferenceCase.nmse(states, reference.expected("encoder", text.length))).isLessThan(F32_ERROR);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logitsOfTheDecoderEqualTheReferenceInAnySteps(EncoderCase reference) {
        int[] tokens = reference.ints("decoder_tokens");
        try (Loaded loaded = new Loaded(reference, backend())) {
            loaded.step.reset(() -> false);
            Source source = loaded.read(reference.ints("encoder_tokens"));
            float[][] logits = loaded.decode(source, tokens, tokens.length);
            assertThat(ReferenceCase.nmse(logits, reference.expected("logits", tokens.length)))
                    .isLessThan(F32_ERROR);
            for (int size : List.of(1, 7)) {
                assertThat(loaded.decode(source, tokens, size)).as("steps of %d", size).isEqualTo(logits);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void textsInOneStepDontSeeEachOther(EncoderCase reference) {
        int[] text = reference.ints("encoder_tokens");
        int[] tokens = reference.ints("decoder_tokens");
        try (Loaded loaded = new Loaded(reference, backend())) {
            loaded.step.reset(() -> false);
            float[][] alone = loaded.decode(loaded.read(text), tokens, tokens.length);
            loaded.step.reset(() -> false);
            loaded.addText(Arrays.copyOf(text, 70));
            KvSequence middle = loaded.addText(text);
            loaded.addText(Arrays.copyOf(text, 3));
            loaded.step.markSource();
            loaded.graph.forward(loaded.step);
            assertThat(loaded.decode(new Source(middle, text.length), tokens, 9)).isEqualTo(alone);
        }
    }
}
