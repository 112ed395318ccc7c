package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.EmbeddingModel;
import dev.railhead.EmbeddingOptions;
import dev.railhead.ModelOptions;
import dev.railhead.Pooling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every encoder must give with every backend: the reference's hidden states, pooled vectors and scores, and the same bits
/// alone as among other texts. A backend's test extends this.
public abstract class EncoderContract {
    private static final double F32_ERROR = 2e-8;

    private static final Map<Pooling, String> FILES = Map.of(Pooling.MEAN, "pooled_mean", Pooling.CLS, "pooled_cls",
            Pooling.LAST, "pooled_last");

    /// The backend under test.
    protected abstract ModelOptions options();

    private EmbeddingOptions raw() {
        return EmbeddingOptions.defaults().withModel(options()).withNormalized(false);
    }

    static Stream<EncoderCase> cases() {
        return EncoderCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void hiddenStatesEqualTheReference(EncoderCase reference) {
        int[] tokens = reference.tokens();
        try (EmbeddingModel model = reference.load(raw())) {
            assertThat(ReferenceCase.nmse(model.tokenEmbeddings(tokens),
                    reference.expected("token_embeddings", tokens.length))).isLessThan(F32_ERROR);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void pooledVectorsEqualTheReference(EncoderCase reference) {
        FILES.forEach((pooling, file) -> {
            try (EmbeddingModel model = reference.load(raw().withPooling(pooling))) {
                assertThat(ReferenceCase.nmse(model.embedTokens(List.of(reference.tokens())),
                        reference.expected(file, 1))).as(file).isLessThan(F32_ERROR);
            }
        });
    }

    @Test
    void scoresEqualTheReference() {
        EncoderCase reference = new EncoderCase("bert-rank");
        try (EmbeddingModel model = reference.load(raw())) {
            assertThat(model.pooling()).isEqualTo(Pooling.RANK);
            assertThat(ReferenceCase.nmse(model.rankTokens(List.of(reference.tokens())),
                    reference.expected("rank", 1))).isLessThan(F32_ERROR);
        }
    }

    /// Texts of many lengths, more than fit a step.
    private static List<int[]> texts(EncoderCase reference, int vocabulary) {
        long seed = 20261125;
        Random random = new Random(seed);
        List<int[]> texts = new ArrayList<>();
        texts.add(reference.tokens());
        IntStream.range(0, 40)
                .forEach(i -> texts.add(random.ints(1 + random.nextInt(i % 5 == 0 ? 150 : 12), 0, vocabulary)
                        .toArray()));
        return texts;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aTextHasTheSameBitsAloneAndAmongOthers(EncoderCase reference) {
        EmbeddingOptions pooled = EmbeddingOptions.defaults().withModel(options()).withPooling(Pooling.MEAN);
        float[][] together;
        List<int[]> texts;
        try (EmbeddingModel model = reference.load(pooled)) {
            texts = texts(reference, model.metadata().vocabularySize());
            together = model.embedTokens(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(model.embedTokens(List.of(texts.get(i)))[0]).as("text %d", i).containsExactly(together[i]);
            }
        }
        try (EmbeddingModel model = reference
                .load(pooled.withModel(options().withThreads(1).withPrefillChunk(1).withContextLength(200)))) {
            assertThat(model.embedTokens(texts.reversed())).isEqualTo(reversed(together));
        }
    }

    private static float[][] reversed(float[][] rows) {
        return List.of(rows).reversed().toArray(float[][]::new);
    }

    @Test
    void scoresHaveTheSameBitsAloneAndAmongOthers() {
        EncoderCase reference = new EncoderCase("bert-rank");
        try (EmbeddingModel model = reference.load(raw())) {
            List<int[]> texts = texts(reference, model.metadata().vocabularySize());
            float[][] together = model.rankTokens(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(model.rankTokens(List.of(texts.get(i)))[0]).as("text %d", i).containsExactly(together[i]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyBackendGivesTheSameBits(EncoderCase reference) {
        EmbeddingOptions scalar = raw().withModel(options().withBackend("reference"));
        try (EmbeddingModel one = reference.load(raw()); EmbeddingModel other = reference.load(scalar)) {
            List<int[]> texts = texts(reference, one.metadata().vocabularySize()).subList(0, 12);
            for (int[] text : texts) {
                assertThat(one.tokenEmbeddings(text)).isEqualTo(other.tokenEmbeddings(text));
            }
        }
    }
}
