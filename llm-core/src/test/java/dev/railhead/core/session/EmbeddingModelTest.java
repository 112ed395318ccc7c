package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.Ints;
import dev.railhead.ContextOverflowException;
import dev.railhead.EmbeddingModel;
import dev.railhead.EmbeddingOptions;
import dev.railhead.InsufficientMemoryException;
import dev.railhead.MemoryEstimate;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Pooling;
import dev.railhead.UnsupportedModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the options and the methods of an embedding model mean.
class EmbeddingModelTest {
    private static final EncoderCase MEAN = new EncoderCase("bert-mean");
    private static final EncoderCase RANK = new EncoderCase("bert-rank");
    private static final EmbeddingOptions OPTIONS = EmbeddingOptions.defaults()
            .withModel(ModelOptions.defaults().withBackend("reference"));
    private static final String TEXT = "the cat sat on the mat";

    @TempDir
    private Path folder;

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @Test
    void embeddingsHaveLengthOneUnlessToldOtherwise() {
        try (EmbeddingModel model = MEAN.load(OPTIONS); EmbeddingModel raw = MEAN.load(OPTIONS.withNormalized(false))) {
            float[] one = model.embed(TEXT);
            float[] other = raw.embed(TEXT);
            assertThat(one).hasSize(model.dimension()).hasSize(40);
            assertThat(product(one, one)).isCloseTo(1, within(1e-6));
            double length = Math.sqrt(product(other, other));
            assertThat(length).isNotCloseTo(1, within(1e-3));
            assertThat(product(one, other)).isCloseTo(length, within(1e-5));
        }
    }

    @Test
    void aTextIsItsTokensInTheFrameOfTheModel() {
        try (EmbeddingModel model = MEAN.load(OPTIONS)) {
            int[] tokens = model.tokenizer().encode(TEXT);
            assertThat(model.embed(TEXT)).containsExactly(model.embedTokens(List.of(tokens))[0]);
            assertThat(model.embed(List.of("", TEXT))[1]).containsExactly(model.embed(TEXT));
            assertThat(model.embed("")).containsExactly(model.embedTokens(List.of(model.tokenizer().encode("")))[0]);
            assertThat(model.embed(List.of())).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Pooling.class, names = {"MEAN", "CLS", "LAST"})
    void poolingIsWhatItsNameSays(Pooling pooling) {
        try (EmbeddingModel model = MEAN.load(OPTIONS.withPooling(pooling).withNormalized(false))) {
            assertThat(model.pooling()).isEqualTo(pooling);
            float[][] states = model.tokenEmbeddings(TEXT);
            float[] expected = switch (pooling) {
                case CLS -> states[0];
                case LAST -> states[states.length - 1];
                default -> mean(states);
            };
            assertThat(model.embed(TEXT)).containsExactly(expected);
        }
    }

    private static float[] mean(float[][] states) {
        float[] mean = new float[states[0].length];
        for (int i = 0; i < mean.length; i++) {
            double sum = 0;
            for (float[] state : states) {
                sum += state[i];
            }
            mean[i] = (float) (sum / states.length);
        }
        return mean;
    }

    @ParameterizedTest
    @EnumSource(value = Pooling.class, names = {"NONE", "RANK"})
    void withoutAPoolingThereIsNoEmbedding(Pooling pooling) {
        try (EmbeddingModel model = MEAN.load(OPTIONS.withPooling(pooling))) {
            assertThatThrownBy(() -> model.embed(TEXT)).isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll("found " + pooling, "EmbeddingOptions.withPooling");
            assertThat(model.tokenEmbeddings(TEXT)).hasDimensions(model.tokenizer().encode(TEXT).length, 40);
        }
    }

    @Test
    void aTextThatIsTooLongIsRefusedOrCut() {
        EmbeddingOptions eight = OPTIONS.withModel(OPTIONS.model().withContextLength(8));
        try (EmbeddingModel refusing = MEAN.load(eight);
                EmbeddingModel cutting = MEAN.load(eight.withTruncated(true))) {
            int[] tokens = refusing.tokenizer().encode(TEXT);
            assertThat(tokens).hasSizeGreaterThan(8);
            assertThatThrownBy(() -> refusing.embed(TEXT)).isExactlyInstanceOf(ContextOverflowException.class)
                    .hasMessageContainingAll("at most 8 tokens", "found " + tokens.length, "withTruncated");
            int[] cut = Ints.concat(Arrays.copyOf(tokens, 7), new int[]{tokens[tokens.length - 1]});
            assertThat(cutting.embed(TEXT)).containsExactly(refusing.embedTokens(List.of(cut))[0]);
            assertThat(cutting.embedTokens(List.of(tokens)))
                    .isEqualTo(refusing.embedTokens(List.of(Arrays.copyOf(tokens, 8))));
        }
    }

    @Test
    void badArgumentsAreRefused() {
        try (EmbeddingModel model = MEAN.load(OPTIONS)) {
            assertThatThrownBy(() -> model.embedTokens(List.of(new int[]{1}, new int[0])))
                    .isExactlyInstanceOf(IllegalArgumentException.class).hasMessageContaining("at least one token");
            for (int token : new int[]{-1, 360}) {
                assertThatThrownBy(() -> model.tokenEmbeddings(1, token))
                        .isExactlyInstanceOf(IllegalArgumentException.class)
                        .hasMessageContainingAll("0 to 359", "found " + token);
            }
        }
    }

    @Test
    void moreThanTheLearnedPositionsIsRefused() {
        assertThatThrownBy(() -> MEAN.load(OPTIONS.withModel(OPTIONS.model().withContextLength(257))))
                .isExactlyInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("at most 256", "bert-mean", "found 257");
        assertThatThrownBy(() -> MEAN.load(OPTIONS.withModel(OPTIONS.model().withContextLength(70_000))))
                .isExactlyInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("at most 65536", "found 70000");
    }

    @Test
    void anEncoderIsNoModelThatGenerates() throws IOException {
        Path file = Files.write(folder.resolve("bert.gguf"), MEAN.file("model.gguf"));
        assertThatThrownBy(() -> Model.load(file)).isExactlyInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("bert.gguf", "'bert'", "EmbeddingModel.load");
    }

    @Test
    void documentsAreJudgedBehindTheQuery() {
        try (EmbeddingModel model = RANK.load(OPTIONS)) {
            assertThat(model.canRank()).isTrue();
            List<String> documents = List.of("a cat", "", "the dog ran");
            float[] scores = model.rank("what sat", documents);
            int[] query = model.tokenizer().encode("what sat");
            for (int i = 0; i < scores.length; i++) {
                int[] document = model.tokenizer().encode(documents.get(i));
                int[] pair = Ints.concat(query, Arrays.copyOfRange(document, 1, document.length));
                assertThat(model.rankTokens(List.of(pair))[0]).containsExactly(scores[i]);
            }
            assertThat(scores[0]).isNotEqualTo(scores[2]);
        }
    }

    @Test
    void aDocumentThatIsTooLongIsCutButAQueryIsNot() {
        EmbeddingOptions twelve = OPTIONS.withModel(OPTIONS.model().withContextLength(12));
        String longText = "the cat sat on the mat and the dog ran";
        try (EmbeddingModel refusing = RANK.load(twelve);
                EmbeddingModel cutting = RANK.load(twelve.withTruncated(true))) {
            int query = cutting.tokenizer().encode("a").length;
            int[] document = cutting.tokenizer().encode(longText);
            assertThatThrownBy(() -> refusing.rank("a", List.of(longText)))
                    .isExactlyInstanceOf(ContextOverflowException.class);
            int[] kept = Arrays.copyOfRange(document, 1, 12 - query);
            int[] pair = Ints.concat(cutting.tokenizer().encode("a"), kept,
                    new int[]{document[document.length - 1]});
            assertThat(pair).hasSize(12);
            assertThat(cutting.rank("a", List.of(longText)))
                    .containsExactly(cutting.rankTokens(List.of(pair))[0]);
            assertThatThrownBy(() -> cutting.rank(longText, List.of("a")))
                    .isExactlyInstanceOf(ContextOverflowException.class).hasMessageContaining("shorten the query");
        }
    }

    @Test
    void aModelWithoutAHeadJudgesNothing() {
        try (EmbeddingModel model = MEAN.load(OPTIONS)) {
            assertThat(model.canRank()).isFalse();
            assertThatThrownBy(() -> model.rank("a", List.of("b"))).isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll("cls.output.weight", "bert-mean");
        }
    }

    @Test
    void theEncoderOfT5MakesVectorsToo() {
        EncoderCase t5 = new EncoderCase("t5-relu");
        int[] tokens = t5.ints("encoder_tokens");
        try (EmbeddingModel model = t5.load(OPTIONS.withNormalized(false))) {
            assertThat(model.pooling()).isEqualTo(Pooling.MEAN);
            float[][] states = model.tokenEmbeddings(tokens);
            assertThat(ReferenceCase.nmse(states, t5.expected("encoder", tokens.length))).isLessThan(2e-8);
            assertThat(model.embedTokens(List.of(tokens))[0]).containsExactly(mean(states));
        }
    }

    @Test
    void workingMemoryGrowsWithTheHiddenStatesOfATextAlone() throws IOException {
        for (byte[] bytes : List.of(GeneratedEncoder.EUROBERT.writer().to().toByteArray(),
                GeneratedT5.DEEP_DECODER.file())) {
            Path file = Files.write(folder.resolve("long.gguf"), bytes);
            long shorter = scratch(file, 512);
            for (int length : new int[]{513, 1024, 8192, 65536}) {
                long states = (long) length * GeneratedEncoder.WIDTH * Float.BYTES;
                assertThat(scratch(file, length)).as("%d", length).isEqualTo(shorter + states);
            }
        }
    }

    private static long scratch(Path file, int contextLength) {
        ModelOptions options = OPTIONS.model().withContextLength(contextLength);
        return EmbeddingModel.estimate(file, OPTIONS.withModel(options)).scratchBytes();
    }

    @Test
    void theEstimateIsWhatTheModelIsHeldTo() throws IOException {
        Path file = Files.write(folder.resolve("bert.gguf"), MEAN.file("model.gguf"));
        EmbeddingOptions whole = OPTIONS.withModel(OPTIONS.model().withContextLength(256));
        MemoryEstimate estimate = EmbeddingModel.estimate(file, whole);
        MemoryEstimate shorter = EmbeddingModel.estimate(file,
                OPTIONS.withModel(OPTIONS.model().withContextLength(64)));
        assertThat(shorter.kvCacheBytesPerSession()).isEqualTo(estimate.kvCacheBytesPerSession() / 4);
        long needed = estimate.total(1);
        try (EmbeddingModel model = EmbeddingModel.load(file,
                whole.withModel(whole.model().withMemoryBudget(needed)))) {
            assertThat(model.embedTokens(List.of(new int[256])))
                    .hasDimensions(1, 40);
        }
        assertThatThrownBy(() -> EmbeddingModel.load(file, whole.withModel(whole.model().withMemoryBudget(needed - 1))))
                .isExactlyInstanceOf(InsufficientMemoryException.class).hasMessageContaining("bert.gguf");
    }
}
