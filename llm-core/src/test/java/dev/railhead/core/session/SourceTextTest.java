package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.Cancellation;
import dev.railhead.CancelledException;
import dev.railhead.ContextOverflowException;
import dev.railhead.FinishReason;
import dev.railhead.GenerationOptions;
import dev.railhead.GenerationResult;
import dev.railhead.InsufficientMemoryException;
import dev.railhead.KvCacheType;
import dev.railhead.MemoryEstimate;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Session;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Sessions of a model with an encoder and a decoder: what is fed first is the source text, all else is the decoder's.
@Timeout(30)
class SourceTextTest {
    private static final EncoderCase T5 = new EncoderCase("t5-relu");
    private static final int[] TEXT = T5.ints("encoder_tokens");
    private static final int[] ANSWER = T5.ints("decoder_tokens"); // begins with the decoder's first token
    private static final GenerationOptions GREEDY = GenerationOptions.builder().temperature(0).maxTokens(12).build();

    @TempDir
    private Path folder;

    private Model model;
    private Session session;

    @BeforeEach
    void open() {
        model = load(ModelOptions.defaults());
        session = model.newSession();
    }

    private static Model load(ModelOptions options) {
        return Model.load("t5", new ByteArrayInputStream(T5.file("model.gguf")), options.withBackend("reference"));
    }

    @AfterEach
    void close() {
        session.close();
        model.close();
    }

    private static int[] rest() {
        return Arrays.copyOfRange(ANSWER, 1, ANSWER.length);
    }

    @Test
    void logitsEqualTheReference() {
        assertLogits();
    }

    private void assertLogits() {
        session.prefill(TEXT);
        float[][] logits = new float[ANSWER.length][];
        logits[0] = session.logits();
        float[][] others = ((AllLogits) session).allLogits(rest());
        System.arraycopy(others, 0, logits, 1, others.length);
        assertThat(ReferenceCase.nmse(logits, T5.expected("logits", ANSWER.length))).isLessThan(2e-8);
    }

    @Test
    void greedyTokensEqualTheReference() {
        session.prefill(TEXT);
        session.prefill(rest());
        for (int expected : T5.ints("greedy_continuation")) {
            assertThat(session.nextTokens(1).getFirst().token()).isEqualTo(expected);
            session.decode(expected);
        }
    }

    @Test
    void aSessionHoldsTheTokensOfTheDecoder() {
        session.prefill(TEXT);
        assertThat(session.position()).isEqualTo(1);
        session.prefill(5, 6);
        assertThat(session.tokens()).containsExactly(0, 5, 6);
        assertThatThrownBy(() -> ((AllLogits) model.newSession()).allLogits(5))
                .isExactlyInstanceOf(IllegalStateException.class).hasMessageContaining("source text");
    }

    @Test
    void rewoundToItsBeginningASessionTakesAnotherText() {
        session.prefill(TEXT);
        float[] first = session.logits();
        session.prefill(5, 6);
        float[] later = session.logits();
        session.rewind(1);
        session.prefill(5, 6);
        assertThat(session.logits()).as("the text is still there").containsExactly(later);
        session.rewind(0);
        session.prefill(Arrays.copyOf(TEXT, 20));
        assertThat(session.logits()).isNotEqualTo(first);
        session.rewind(0);
        session.prefill(TEXT);
        assertThat(session.logits()).containsExactly(first);
    }

    @Test
    void aGenerationReadsItsPromptAndCountsItsTokens() {
        String prompt = "the cat sat";
        int[] tokens = model.tokenizer().encode(prompt);
        GenerationResult result = session.generate(prompt, GREEDY);
        assertThat(result.promptTokens()).isEqualTo(tokens.length);
        try (Session other = model.newSession()) {
            other.prefill(tokens);
            assertThat(other.generate(new int[0], GREEDY).tokens()).containsExactly(result.tokens());
        }
        assertThat(session.tokens()).startsWith(0).hasSize(1 + result.tokens().length);
        int before = session.position();
        GenerationResult more = session.generate(new int[]{5, 6}, GREEDY);
        assertThat(more.promptTokens()).isEqualTo(2);
        assertThat(session.position()).isEqualTo(before + 2 + more.tokens().length);
    }

    @Test
    void sessionsHaveTextsOfTheirOwn() {
        int[] other = Arrays.copyOf(TEXT, 30);
        session.prefill(other);
        session.prefill(7);
        float[] alone = session.logits();
        session.rewind(0);
        try (Session second = model.newSession()) {
            session.prefill(other);
            second.prefill(TEXT);
            session.prefill(7);
            assertThat(session.logits()).containsExactly(alone);
        }
    }

    @Test
    void aTextThatIsTooLongChangesNothing() {
        int[] tooLong = new int[model.contextLength() + 1];
        assertThatThrownBy(() -> session.prefill(tooLong)).isExactlyInstanceOf(ContextOverflowException.class);
        assertThat(session.position()).isZero();
        session.prefill(Arrays.copyOf(tooLong, model.contextLength()));
        assertThat(session.position()).isEqualTo(1);
    }

    @Test
    void aTextThatIsInterruptedIsForgotten() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> session.prefill(TEXT)).isExactlyInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(session.position()).isZero();
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        GenerationResult cancelled = session.generate(TEXT,
                GREEDY.toBuilder().cancellation(cancellation).build());
        assertThat(cancelled.finishReason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(cancelled.promptTokens()).isZero();
        assertThat(session.position()).isZero();
        assertLogits();
    }

    @Test
    void chunksAndTypesOfTheCache() {
        session.prefill(TEXT);
        session.prefill(rest());
        float[] expected = session.logits();
        try (Model small = load(ModelOptions.defaults().withPrefillChunk(3)); Session other = small.newSession()) {
            other.prefill(TEXT);
            other.prefill(rest());
            assertThat(other.logits()).containsExactly(expected);
        }
        try (Model half = load(ModelOptions.defaults().withKvCacheType(KvCacheType.F16));
                Session other = half.newSession()) {
            other.prefill(TEXT);
            other.prefill(rest());
            assertThat(ReferenceCase.nmse(new float[][]{other.logits()}, new float[][]{expected})).isBetween(1e-10,
                    1e-5);
        }
    }

    @Test
    void theEstimateHasRoomForTextAndAnswer() throws IOException {
        Path file = Files.write(folder.resolve("t5.gguf"), T5.file("model.gguf"));
        ModelOptions options = ModelOptions.defaults().withBackend("reference").withContextLength(128);
        MemoryEstimate estimate = Model.estimate(file, options);
        ModelOptions exact = options.withMemoryBudget(estimate.total(1));
        try (Model enough = Model.load(file, exact); Session full = enough.newSession()) {
            full.prefill(new int[128]);
            full.prefill(new int[127]);
            assertThat(full.position()).isEqualTo(128);
            try (Session second = enough.newSession()) {
                assertThatThrownBy(() -> second.prefill(TEXT)).isExactlyInstanceOf(InsufficientMemoryException.class);
                full.rewind(0);
                second.prefill(TEXT);
            }
        }
    }
}
