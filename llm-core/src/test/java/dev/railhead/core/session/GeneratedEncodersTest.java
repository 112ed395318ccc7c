package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.railhead.EmbeddingModel;
import dev.railhead.EmbeddingOptions;
import dev.railhead.ModelOptions;
import dev.railhead.Pooling;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Encoders that the reference data lack. Their weights are made here; the expected vectors, means of the hidden states, are what
/// llama.cpp 0.5.0 makes of the same files without flash attention, with GELU from its table of half precision numbers.
class GeneratedEncodersTest {
    static final int[] TEXT = new Random(5).ints(60, 3, TinyLlama.VOCABULARY).toArray();

    /// Longer than a part of a step.
    static final int[] LONG_TEXT = new Random(6).ints(600, 3, TinyLlama.VOCABULARY).toArray();

    /// The table's error. Measured: 2.5e-10 to 1.9e-8.
    private static final double TABLE_ERROR = 1e-7;

    /// Measured: 7e-15 to 5e-13.
    private static final double ERROR = 1e-11;

    private static EmbeddingModel load(GeneratedEncoder.Writer writer, int contextLength) {
        return EmbeddingModel.load("generated", new ByteArrayInputStream(writer.to().toByteArray()),
                EmbeddingOptions.defaults().withNormalized(false).withModel(
                        ModelOptions.defaults().withBackend("reference").withContextLength(contextLength)));
    }

    @ParameterizedTest
    @EnumSource
    void vectorsEqualTheReference(GeneratedEncoder encoder) throws IOException {
        try (EmbeddingModel model = load(encoder.writer(), 2048)) {
            double error = encoder.hasGelu() ? TABLE_ERROR : ERROR;
            assertThat(ReferenceCase.nmse(model.embedTokens(List.of(TEXT)),
                    new float[][]{expected(encoder.name())})).isLessThan(error);
            assertThat(ReferenceCase.nmse(model.embedTokens(List.of(LONG_TEXT)),
                    new float[][]{expected(encoder.name() + " long")})).isLessThan(error);
        }
    }

    static float[] expected(String name) throws IOException {
        try (InputStream in = GeneratedEncodersTest.class.getResourceAsStream("/reference/generated-encoders.json")) {
            return new ObjectMapper().convertValue(
                    new ObjectMapper().readTree(Objects.requireNonNull(in)).get(name), float[].class);
        }
    }

    /// In a context of 60 a text is a step; in one of 2048 it shares two parts of a step with others.
    @ParameterizedTest
    @EnumSource
    void theBitsOfATextDependNeitherOnItsCompanyNorOnTheContext(GeneratedEncoder encoder) {
        try (EmbeddingModel model = load(encoder.writer(), 2048); EmbeddingModel shorter = load(encoder.writer(), 60)) {
            float[] alone = shorter.embedTokens(List.of(TEXT))[0];
            List<int[]> texts = List.of(Arrays.copyOf(LONG_TEXT, 480), TEXT, Arrays.copyOf(TEXT, 33));
            assertThat(model.embedTokens(texts)[1]).containsExactly(alone);
        }
    }

    @Test
    void aRerankerOfJinaHasAScoreAlone() {
        int width = GeneratedEncoder.WIDTH;
        try (EmbeddingModel model = load(GeneratedEncoder.JINA_BERT_V2.writer().linear("cls", width, 1, true), 256)) {
            float[] first = model.tokenEmbeddings(TEXT)[0];
            float[] weight = GeneratedEncoder.row("cls.weight", 0, 0, 1.5f / (float) Math.sqrt(width), width);
            double sum = GeneratedEncoder.row("cls.bias", 0, 0, 0.3f, 1)[0];
            for (int i = 0; i < width; i++) {
                sum += (double) weight[i] * first[i];
            }
            float[] scores = model.rankTokens(List.of(TEXT))[0];
            assertThat(scores).hasSize(1);
            assertThat(scores[0]).isCloseTo((float) Math.tanh(sum), within(1e-5f));
            assertThat(model.pooling()).isEqualTo(Pooling.MEAN);
        }
    }
}
