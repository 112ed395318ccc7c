package dev.railhead.benchmarks.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.Model;
import dev.railhead.Session;
import dev.railhead.Tokenizer;
import dev.railhead.gguf.GgufFile;
import dev.railhead.spi.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyntheticModelTest {
    private static final ModelShape TINY = new ModelShape("tiny", "llama", 256, 8, 512, 4, 2, 64, 1024, true, false,
            10_000, 128, 1e-5f);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K_M", "Q5_K_M", "Q6_K"})
    void modelLoadsAndItsLogitsAreOrdinaryNumbers(String type) {
        Path file = write(TINY, type, 1);

        try (Model model = Model.load(file); Session session = model.newSession()) {
            session.prefill(model.tokenizer().encode("any text at all"));
            float[] logits = session.logits();
            double variance = IntStream.range(0, logits.length).mapToDouble(i -> logits[i] * logits[i]).average()
                    .orElseThrow();
            // Normed activations of variance 1 meet 256 weights of variance 1/256.
            assertThat(variance).isBetween(0.5, 2.0);
        }
    }

    @Test
    void sameSeedSameFile() throws IOException {
        byte[] first = Files.readAllBytes(write(TINY, "Q4_K_M", 5));
        byte[] second = Files.readAllBytes(write(TINY, "Q4_K_M", 5));
        byte[] other = Files.readAllBytes(write(TINY, "Q4_K_M", 6));

        assertThat(second).isEqualTo(first).isNotEqualTo(other);
    }

    @Test
    void mixtureFollowsLlamaCpp() {
        try (GgufFile file = GgufFile.open(write(TINY, "Q4_K_M", 1))) {
            assertThat(type(file, "token_embd.weight")).isEqualTo("Q6_K"); // tied: it is the output matrix
            assertThat(type(file, "blk.0.attn_q.weight")).isEqualTo("Q4_K");
            assertThat(type(file, "blk.0.attn_norm.weight")).isEqualTo("F32");
            assertThat(file.tensor("output.weight")).isNull();
            // 8 layers: the first, the last, and every third of those between, counted from the first's successor.
            List<String> down = IntStream.range(0, 8).mapToObj(i -> type(file, "blk." + i + ".ffn_down.weight"))
                    .toList();
            assertThat(down).containsExactly("Q6_K", "Q4_K", "Q4_K", "Q6_K", "Q4_K", "Q4_K", "Q6_K", "Q6_K");
            assertThat(down).isEqualTo(
                    IntStream.range(0, 8).mapToObj(i -> type(file, "blk." + i + ".attn_v.weight")).toList());
        }
    }

    @Test
    void rowsThatAreNoMultipleOf256FallBack() {
        ModelShape narrow = new ModelShape("narrow", "llama", 192, 2, 512, 3, 3, 64, 1024, false, false, 10_000, 128,
                1e-5f);

        try (GgufFile file = GgufFile.open(write(narrow, "Q4_K_M", 1))) {
            assertThat(type(file, "token_embd.weight")).isEqualTo("Q5_0");
            assertThat(type(file, "output.weight")).isEqualTo("Q8_0");
            assertThat(type(file, "blk.0.ffn_down.weight")).isEqualTo("Q4_K");
        }
    }

    @ParameterizedTest
    @CsvSource({"llama-1b, 1.235e9, 1.237e9", "llama-7b, 6.737e9, 6.740e9", "smollm-135m, 1.344e8, 1.347e8",
            "qwen3-0.6b, 5.95e8, 5.97e8"})
    void shapesHaveThePublishedNumberOfParameters(String name, double atLeast, double atMost) {
        ModelShape s = ModelShape.byName(name);
        double attention = 2.0 * s.width() * s.headLength() * (s.headCount() + s.kvHeadCount());
        double layer = attention + 3.0 * s.width() * s.feedForwardLength() + 2.0 * s.width()
                + (s.headNorms() ? 2.0 * s.headLength() : 0);
        double parameters = s.blockCount() * layer + (s.tied() ? 1.0 : 2.0) * s.width() * s.vocabularySize()
                + s.width();

        assertThat(parameters).isBetween(atLeast, atMost);
    }

    @Test
    void headNormsAreWritten() {
        ModelShape normed = new ModelShape("normed", "qwen3", 256, 1, 512, 4, 2, 128, 1024, true, true, 1_000_000, 128,
                1e-6f);

        try (GgufFile file = GgufFile.open(write(normed, "Q8_0", 1))) {
            assertThat(shape(file, "blk.0.attn_q_norm.weight")).containsExactly(128);
            assertThat(shape(file, "blk.0.attn_q.weight")).containsExactly(256, 512);
            assertThat(shape(file, "blk.0.attn_output.weight")).containsExactly(512, 256);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"any text at all", " Größe 5 € 日本語 🦊\n\n", "<|im_start|>user\nhi<|im_end|>"})
    void vocabularyEncodesAnyText(String text) {
        try (Model model = Model.load(write(TINY, "Q8_0", 1))) {
            Tokenizer tokenizer = model.tokenizer();
            assertThat(tokenizer.vocabularySize()).isEqualTo(1024);
            assertThat(tokenizer.decode(tokenizer.encode(text, true, true), true)).isEqualTo(text);
            assertThat(tokenizer.isEndOfGeneration(tokenizer.tokenOf("<|im_end|>").orElseThrow())).isTrue();
        }
    }

    @Test
    void unknownNamesAreRefused() {
        assertThatThrownBy(() -> ModelShape.byName("llama-2t")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("llama-1b").hasMessageContaining("found 'llama-2t'");
        assertThatThrownBy(() -> Quantization.byName("Q9")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found 'Q9'");
    }

    private Path write(ModelShape shape, String type, long seed) {
        Path file = directory.resolve("model.gguf");
        SyntheticModel.write(shape, type, seed, file);
        return file;
    }

    private static String type(GgufFile file, String tensor) {
        return tensor(file, tensor).type().name();
    }

    private static long[] shape(GgufFile file, String tensor) {
        return tensor(file, tensor).shape();
    }

    private static Tensor tensor(GgufFile file, String name) {
        Tensor tensor = file.tensor(name);
        assertThat(tensor).as(name).isNotNull();
        return tensor;
    }
}
