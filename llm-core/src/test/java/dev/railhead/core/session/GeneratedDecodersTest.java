package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.railhead.EmbeddingModel;
import dev.railhead.EmbeddingOptions;
import dev.railhead.KvCacheType;
import dev.railhead.Model;
import dev.railhead.ModelFormatException;
import dev.railhead.ModelOptions;
import dev.railhead.core.reference.ReferenceBackendProvider;
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

/// Decoders with options that the reference data lack. The expected logits, those after the last token, are what llama.cpp 0.5.0
/// makes of the same files with keys and values in F32 and without flash attention.
class GeneratedDecodersTest {
    static final int[] TEXT = new Random(7).ints(50, 3, TinyLlama.VOCABULARY).toArray();

    /// Measured: 2e-13 to 2e-12.
    private static final double ERROR = 1e-10;

    @ParameterizedTest
    @EnumSource
    void logitsEqualTheReference(GeneratedDecoder decoder) throws IOException {
        ModelOptions options = ModelOptions.defaults().withBackend(ReferenceBackendProvider.NAME)
                .withKvCacheType(KvCacheType.F32).withContextLength(128);
        try (Model model = Model.load("generated", new ByteArrayInputStream(decoder.writer().toByteArray()), options)) {
            float[][] logits = LogitsContract.batch(model, TEXT);
            assertThat(
                    ReferenceCase.nmse(new float[][]{logits[TEXT.length - 1]}, new float[][]{expected(decoder.name())}))
                    .isLessThan(ERROR);
        }
    }

    @Test
    void withoutCausalityConvolutionsOfLfm2SeeBothSides() throws IOException {
        byte[] file = GeneratedDecoder.LFM2.writer().put("lfm2.attention.causal", false).toByteArray();
        try (EmbeddingModel model = embeddings(file)) {
            float[][] found = model.embedTokens(List.of(TEXT));
            assertThat(ReferenceCase.nmse(found, new float[][]{expected("LFM2_NOT_CAUSAL")})).isLessThan(ERROR);
            int[] shorter = Arrays.copyOf(TEXT, 3);
            assertThat(model.embedTokens(List.of(shorter, TEXT, shorter)))
                    .isEqualTo(new float[][]{model.embedTokens(List.of(shorter))[0], found[0],
                            model.embedTokens(List.of(shorter))[0]});
        }
    }

    @Test
    void aConvolutionWithoutAMiddleCantBeCentered() {
        byte[] file = GeneratedDecoder.LFM2MOE.writer().put("lfm2moe.attention.causal", false).toByteArray();
        assertThatThrownBy(() -> embeddings(file).close()).isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll("key 'lfm2moe.shortconv.l_cache' of generated", "an odd number", "found 4");
    }

    private static EmbeddingModel embeddings(byte[] file) {
        ModelOptions options = ModelOptions.defaults().withBackend(ReferenceBackendProvider.NAME)
                .withKvCacheType(KvCacheType.F32).withContextLength(128);
        return EmbeddingModel.load("generated", new ByteArrayInputStream(file),
                EmbeddingOptions.defaults().withNormalized(false).withModel(options));
    }

    private static float[] expected(String name) throws IOException {
        try (InputStream in = GeneratedDecodersTest.class.getResourceAsStream("/reference/generated-decoders.json")) {
            return new ObjectMapper().convertValue(
                    new ObjectMapper().readTree(Objects.requireNonNull(in)).get(name), float[].class);
        }
    }
}
