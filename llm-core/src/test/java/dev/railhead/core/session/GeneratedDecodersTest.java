package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.railhead.KvCacheType;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.core.reference.ReferenceBackendProvider;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Random;
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
            assertThat(ReferenceCase.nmse(new float[][]{logits[TEXT.length - 1]}, new float[][]{expected(decoder)}))
                    .isLessThan(ERROR);
        }
    }

    private static float[] expected(GeneratedDecoder decoder) throws IOException {
        try (InputStream in = GeneratedDecodersTest.class.getResourceAsStream("/reference/generated-decoders.json")) {
            return new ObjectMapper().convertValue(
                    new ObjectMapper().readTree(Objects.requireNonNull(in)).get(decoder.name()), float[].class);
        }
    }
}
