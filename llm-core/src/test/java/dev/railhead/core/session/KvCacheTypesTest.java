package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.InsufficientMemoryException;
import dev.railhead.KvCacheType;
import dev.railhead.MemoryEstimate;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.NumericException;
import dev.railhead.Session;
import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.gguf.testing.TinyLlama;
import dev.railhead.gguf.testing.TinyLlama2c;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which type of KV cache a model gets, and what it costs.
class KvCacheTypesTest {
    /// Two layers, two kv heads of 8: keys and values of a page of 64 positions, one number each.
    private static final long PAGE_VALUES = 2 * 2 * 2 * 8 * 64;

    private static final ModelOptions OPTIONS = ModelOptions.defaults().withBackend("reference");

    @TempDir
    private Path folder;

    private Path file(String weightType) {
        Path file = folder.resolve("model.gguf");
        TinyLlama.of(WeightTypes.byName(weightType)).writer().write(file);
        return file;
    }

    @ParameterizedTest
    @CsvSource({"F32, F32", "F16, F16", "BF16, F16", "Q8_0, F16", "Q4_K, F16"})
    void theWeightsDecide(String weightType, KvCacheType expected) {
        try (Model model = Model.load(file(weightType), OPTIONS)) {
            assertThat(model.kvCacheType()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void llama2cKeepsWhatItsProgramsKeep(int version) throws IOException {
        Path file = Files.write(folder.resolve("tiny.bin"), TinyLlama2c.of(version).checkpoint());
        Files.write(folder.resolve("tokenizer.bin"), TinyLlama2c.tokenizer());
        try (Model model = Model.load(file, OPTIONS)) {
            assertThat(model.kvCacheType()).isEqualTo(KvCacheType.F32);
        }
    }

    @ParameterizedTest
    @EnumSource
    void unlessOneIsAskedFor(KvCacheType type) {
        for (String weightType : new String[]{"F32", "Q8_0"}) {
            try (Model model = Model.load(file(weightType), OPTIONS.withKvCacheType(type))) {
                assertThat(model.kvCacheType()).isEqualTo(type);
            }
        }
    }

    /// Heads of 8 are one short block with a scale of 4 bytes.
    @ParameterizedTest
    @CsvSource({"F32, 4", "F16, 2", "Q8_0, 1.5"})
    void estimatesCountTheBytesOfTheType(KvCacheType type, double bytesPerValue) {
        Path file = file("F32");
        MemoryEstimate estimate = Model.estimate(file, OPTIONS.withKvCacheType(type).withContextLength(65));
        assertThat(estimate.kvCacheBytesPerSession()).isEqualTo((long) (2 * PAGE_VALUES * bytesPerValue));

        ModelOptions onePage = OPTIONS.withKvCacheType(type)
                .withMemoryBudget(estimate.total(0) + estimate.kvCacheBytesPerSession() / 2);
        assertThatThrownBy(() -> Model.load(file, onePage.withContextLength(65)))
                .isExactlyInstanceOf(InsufficientMemoryException.class)
                .hasMessageContainingAll("KV cache of 65 positions " + estimate.kvCacheBytesPerSession(),
                        "a smaller type of KV cache");
        try (Model model = Model.load(file, onePage); Session session = model.newSession()) {
            assertThat(model.contextLength()).isEqualTo(64);
            session.prefill(new int[64]);
        }
    }

    /// A bias puts the values beyond the range of half precision.
    @Test
    void valuesThatDontFitHalfPrecisionAreSaid() {
        Path file = folder.resolve("model.gguf");
        GgufWriter writer = TinyLlama.defaults().writer();
        writer.tensorRows("blk.0.attn_v.bias", WeightTypes.byName("F32"), new long[]{16},
                (row, out) -> Arrays.fill(out, 1e5f));
        writer.write(file);
        for (var expected : Map.of(KvCacheType.F32, true, KvCacheType.F16, false, KvCacheType.Q8_0, true).entrySet()) {
            ModelOptions options = OPTIONS.withKvCacheType(expected.getKey());
            try (Model model = Model.load(file, options); Session session = model.newSession()) {
                if (expected.getValue()) {
                    session.prefill(1, 70, 80);
                } else {
                    assertThatThrownBy(() -> session.prefill(1, 70, 80)).isExactlyInstanceOf(NumericException.class)
                            .hasMessageContainingAll("layer 0", "token 1 at position 0", "try KvCacheType.F32");
                }
            }
        }
    }
}
