package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.EmbeddingModel;
import dev.railhead.EmbeddingOptions;
import dev.railhead.ModelFormatException;
import dev.railhead.ModelOptions;
import dev.railhead.NumericException;
import dev.railhead.UnsupportedModelException;
import dev.railhead.gguf.testing.BytePatcher;
import dev.railhead.gguf.testing.Promptly;
import dev.railhead.gguf.testing.Resources;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Encoders whose files are damaged are refused by name, promptly, and nothing of them stays open.
@Timeout(60)
class BadEncodersTest {
    private static final EmbeddingOptions OPTIONS = EmbeddingOptions.defaults()
            .withModel(ModelOptions.defaults().withBackend("reference"));

    @TempDir
    private Path folder;

    private static BytePatcher good() {
        return new BytePatcher(new EncoderCase("bert-rank").file("model.gguf"));
    }

    /// Gives a key or tensor another name of the same length.
    private static BytePatcher without(String name) {
        BytePatcher patcher = good();
        byte[] other = name.replaceFirst("..$", "zz").getBytes(StandardCharsets.UTF_8);
        return patcher.put(patcher.entry(name) + 8, other);
    }

    private void assertRefused(BytePatcher damaged, Class<? extends Exception> type, String... message)
            throws IOException {
        Path file = damaged.write(folder.resolve("bad.gguf"));
        Promptly.underOneSecond(() -> assertThatThrownBy(() -> EmbeddingModel.load(file, OPTIONS).close())
                .isExactlyInstanceOf(type).hasMessageContainingAll(message).hasMessageContaining("bad.gguf"));
        Resources.assertNoneOf(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"token_embd.weight", "token_embd_norm.weight", "position_embd.weight",
            "blk.0.attn_q.weight", "blk.1.attn_output.weight", "blk.0.attn_output_norm.weight", "blk.1.ffn_up.weight",
            "blk.1.ffn_down.weight", "blk.1.layer_output_norm.weight"})
    void aTensorIsMissing(String tensor) throws IOException {
        assertRefused(without(tensor), ModelFormatException.class, "tensor '" + tensor + "'", "no such tensor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert.context_length", "bert.block_count", "bert.attention.head_count",
            "bert.attention.layer_norm_epsilon", "tokenizer.ggml.token_type_count"})
    void aKeyIsMissing(String key) throws IOException {
        assertRefused(without(key), ModelFormatException.class, "key '" + key + "'", "no such key");
    }

    @ParameterizedTest
    @CsvSource({"bert.context_length, 255, 'position_embd.weight', '[40, 256]'",
            "bert.feed_forward_length, 67, 'blk.0.ffn_up.weight', '[40, 68]'",
            "bert.pooling_type, 5, 'bert.pooling_type', 'found 5'",
            "bert.pooling_type, -1, 'bert.pooling_type', '0 (none), 1 (mean)'",
            "bert.attention.head_count, 7, 'blk.0.attn_q.weight', '[40, 40]'",
            "bert.embedding_length, 44, 'token_embd.weight', '[40, 330]'"})
    void aNumberIsWrong(String key, int value, String name, String found) throws IOException {
        BytePatcher patcher = good();
        assertRefused(patcher.int32(patcher.afterName(key) + 4, value), ModelFormatException.class, name, found);
    }

    @ParameterizedTest
    @CsvSource({"T5_ENCODER, attention.relative_buckets_count, 3, '4 to 255'",
            "T5_ENCODER, attention.relative_buckets_count, 256, '4 to 255'",
            "T5_ENCODER, attention.relative_buckets_count, 12, '[3, 12]'",
            "LFM2, shortconv.l_cache, 4, 'an odd number'", "EUROBERT, feed_forward_length, 81, '[48, 81]'",
            "GEMMA_EMBEDDING, dense_2_feat_out, 69, '[48, 69]'", "LFM2, embedding_length_out, 41, '[48, 41]'"})
    void aNumberOfAGeneratedFileIsWrong(GeneratedEncoder encoder, String key, int value, String expected) {
        byte[] file = encoder.writer().integers(Map.of(key, value)).to().toByteArray();
        assertThatThrownBy(() -> EmbeddingModel.load("bad.gguf", new ByteArrayInputStream(file), OPTIONS).close())
                .isExactlyInstanceOf(ModelFormatException.class).hasMessageContainingAll("bad.gguf", expected);
    }

    @Test
    void theFamilyIsUnknown() throws IOException {
        BytePatcher patcher = good();
        int value = patcher.afterName("general.architecture") + 4 + 8;
        assertRefused(patcher.put(value, "burt".getBytes(StandardCharsets.UTF_8)), UnsupportedModelException.class,
                "'burt'");
    }

    @Test
    void weightsThatAreNotFiniteAreFoundWhereTheyShow() {
        BytePatcher patcher = new BytePatcher(new EncoderCase("bert-mean").file("model.gguf"));
        int last = patcher.size() - Float.BYTES; // of the last layer's norm
        Path file = patcher.int32(last - 4000, Float.floatToRawIntBits(Float.NaN)).write(folder.resolve("nan.gguf"));
        try (EmbeddingModel model = EmbeddingModel.load(file, OPTIONS)) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> model.embedTokens(List.of(new int[]{5, 6, 7})))
                        .isExactlyInstanceOf(NumericException.class).hasMessageContainingAll("layer 2", "finite");
            }
        }
    }
}
