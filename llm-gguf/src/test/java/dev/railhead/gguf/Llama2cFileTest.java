package dev.railhead.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.railhead.ModelFormatException;
import dev.railhead.ModelLoadException;
import dev.railhead.UnsupportedModelException;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.gguf.testing.BytePatcher;
import dev.railhead.gguf.testing.ReferenceData;
import dev.railhead.gguf.testing.Resources;
import dev.railhead.gguf.testing.TinyLlama2c;
import dev.railhead.spi.ModelSource;
import dev.railhead.spi.Tensor;
import dev.railhead.spi.Utf8Strings;
import dev.railhead.spi.WeightType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// llama2.c checkpoints: equal to their GGUF twins, and checked.
@Timeout(60)
class Llama2cFileTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"stories260K/stories260K.bin, stories260K/stories260K.gguf",
            "stories260K/stories260K-v1.bin, stories260K/stories260K.gguf",
            "random-unshared/model.bin, random-unshared/model.gguf",
            "random-unshared/model-v1.bin, random-unshared/model.gguf"})
    void equalsItsGgufTwin(String checkpoint, String gguf) {
        try (ModelSource model = ModelFiles.open(ReferenceData.of("llama2c/" + checkpoint), null);
                ModelSource twin = ModelFiles.open(ReferenceData.of("llama2c/" + gguf), null)) {
            Map<String, Object> expected = new LinkedHashMap<>(twin.metadata().values());
            // The file has no name, and llama2.c ends at BOS.
            expected.remove("general.name");
            expected.remove("general.file_type");
            expected.put("tokenizer.ggml.eos_token_id", 1L);
            String[] tokens = twin.metadata().strings("tokenizer.ggml.tokens").toArray(String[]::new);
            tokens[2] = "\n</s>\n"; // or it would end a generation too
            expected.put("tokenizer.ggml.tokens", Utf8Strings.of(tokens));
            assertThat(model.metadata().values()).usingRecursiveComparison()
                    .ignoringFields("general.name", "tokenizer.ggml.add_eos_token").isEqualTo(expected);
            assertThat(model.tensors()).hasSameSizeAs(twin.tensors());
            for (Tensor tensor : twin.tensors()) {
                Tensor own = model.tensor(tensor.name());
                assertThat(own).as(tensor.name()).isNotNull();
                assertThat(own.shape()).as(tensor.name()).isEqualTo(tensor.shape());
                assertThat(own.data().mismatch(tensor.data())).as(tensor.name()).isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"stories260K/stories260K-q80.bin, stories260K/stories260K.gguf",
            "random-unshared/model-q80.bin, random-unshared/model.gguf"})
    void int8IsCloseToItsFloatTwin(String checkpoint, String gguf) {
        try (ModelSource model = ModelFiles.open(ReferenceData.of("llama2c/" + checkpoint), null);
                ModelSource twin = ModelFiles.open(ReferenceData.of("llama2c/" + gguf), null)) {
            assertThat(model.tensors()).hasSameSizeAs(twin.tensors());
            for (Tensor tensor : twin.tensors()) {
                float[] expected = values(tensor);
                float[] found = values(model.tensor(tensor.name()));
                float max = 0;
                for (float value : expected) {
                    max = Math.max(max, Math.abs(value));
                }
                for (int i = 0; i < expected.length; i++) {
                    assertThat(Math.abs(found[i] - expected[i])).as("%s %d", tensor.name(), i)
                            .isLessThanOrEqualTo(max / 127 * 0.51f);
                }
            }
        }
    }

    /// Groups of 32 and 64 stay codes, groups that are no multiple of 32 become floats.
    @ParameterizedTest
    @CsvSource({"32, CODES", "64, CODES", "16, F32", "1, F32"})
    void int8Groups(int groupSize, WeightType.Form form) throws IOException {
        byte[] bytes = new TinyLlama2c(2, 64, 128, 2, 4, 2, 32, true, groupSize).checkpoint();
        try (ModelSource model = open(bytes, TinyLlama2c.tokenizer())) {
            Tensor query = model.tensor("blk.0.attn_q.weight");
            for (Tensor tensor : List.of(query, model.tensor("blk.1.ffn_down.weight"))) {
                assertThat(tensor.type().name()).isEqualTo("INT8_G" + groupSize);
                assertThat(tensor.type().form()).isEqualTo(form);
                assertThat(tensor.type().activationGroup()).isEqualTo(groupSize);
            }
            int at = 256 + 5 * 64 * 4 + 64 * TinyLlama2c.VOCABULARY / groupSize * (groupSize + 4);
            float[] values = values(query);
            BytePatcher file = new BytePatcher(bytes);
            for (int i = 0; i < values.length; i++) {
                float scale = Float.intBitsToFloat(file.int32(at + values.length + i / groupSize * 4));
                assertThat(values[i]).as("value %d", i).isEqualTo(scale * bytes[at + i]);
            }
        }
    }

    /// Such a file can be exported: the tool looks at dim only.
    @Test
    void groupsThatDontDivideARowBecomeFloats() throws IOException {
        byte[] bytes = new TinyLlama2c(2, 64, 96, 2, 4, 2, 32, true, 64).checkpoint();
        try (ModelSource model = open(bytes, TinyLlama2c.tokenizer())) {
            assertThat(model.tensor("blk.0.attn_q.weight").type().name()).isEqualTo("INT8_G64");
            assertThat(model.tensor("blk.1.ffn_down.weight").type()).isSameAs(WeightTypes.F32);
        }
    }

    private static float[] values(Tensor tensor) {
        float[] values = new float[(int) tensor.elements()];
        tensor.type().decode(tensor.data(), 0, values, 0, values.length);
        return values;
    }

    private ModelSource open(byte[] checkpoint, byte[] tokenizer) throws IOException {
        Path file = Files.write(folder.resolve("model.bin"), checkpoint);
        Files.write(folder.resolve("tokenizer.bin"), tokenizer);
        return ModelFiles.open(file, null);
    }

    private static Arguments legacy(String what, Consumer<BytePatcher> damage, String... messages) {
        return arguments(what, 0, damage, ModelFormatException.class, messages);
    }

    private static Arguments int8(String what, Consumer<BytePatcher> damage, String... messages) {
        return arguments(what, 2, damage, ModelFormatException.class, messages);
    }

    static Stream<Arguments> damages() {
        return Stream.of(
                legacy("vocabulary of INT_MIN", p -> p.int32(20, Integer.MIN_VALUE), "at byte 20", "vocab_size"),
                legacy("heads don't divide dim", p -> p.int32(12, 5), "at byte 12", "n_heads", "found 5"),
                legacy("odd head", p -> p.int32(12, 64), "at byte 12", "even length"),
                legacy("kv heads don't divide heads", p -> p.int32(16, 3), "at byte 16", "n_kv_heads"),
                legacy("zero dim", p -> p.int32(0, 0), "at byte 0", "dim"),
                legacy("negative hidden_dim", p -> p.int32(4, -1), "at byte 4", "hidden_dim"),
                legacy("zero layers", p -> p.int32(8, 0), "at byte 8", "n_layers"),
                legacy("zero heads", p -> p.int32(12, 0), "at byte 12"),
                legacy("zero kv heads", p -> p.int32(16, 0), "at byte 16"),
                legacy("zero seq_len", p -> p.int32(24, 0), "at byte 24", "seq_len"),
                legacy("sizes wrap 32 bits", p -> p.int32(0, 1 << 20).int32(4, 1 << 20).int32(8, 4096), "size of",
                        "bytes as its header says"),
                legacy("one byte short", p -> p.truncate(p.size() - 1), "size of", "truncated"),
                legacy("one byte long", p -> p.append(new byte[1]), "size of", "damaged header"),
                legacy("header cut", p -> p.truncate(27), "header", "28 bytes"),
                int8("header cut", p -> p.truncate(255), "header", "256 bytes"),
                int8("group size 0", p -> p.int32(37, 0), "at byte 37", "group size"),
                int8("negative group size", p -> p.int32(37, -32), "at byte 37"),
                int8("group size that divides nothing", p -> p.int32(37, 7), "tensor '", "group size 7"),
                int8("shared 2", p -> p.int8(36, 2), "at byte 36", "shared_classifier"),
                int8("negative vocabulary", p -> p.int32(28, -5), "at byte 28", "vocab_size"),
                arguments("version 3", 2, (Consumer<BytePatcher>) p -> p.int32(4, 3), UnsupportedModelException.class,
                        new String[]{"at byte 4", "version 1 or 2", "found 3"}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void damageIsNamed(String what, int version, Consumer<BytePatcher> damage,
            Class<? extends ModelLoadException> type, String[] messages) throws IOException {
        BytePatcher patcher = new BytePatcher(TinyLlama2c.of(version).checkpoint());
        damage.accept(patcher);
        assertThatThrownBy(() -> open(patcher.bytes(), TinyLlama2c.tokenizer())).isExactlyInstanceOf(type)
                .hasMessageContaining("of model.bin").hasMessageContainingAll(messages);
        Resources.assertNoneOf(folder);
        open(TinyLlama2c.of(version).checkpoint(), TinyLlama2c.tokenizer()).close();
    }

    static Stream<Arguments> tokenizerDamages() {
        return Stream.of(arguments("length -1", (Consumer<BytePatcher>) p -> p.int32(8, -1), "token 0"),
                arguments("length 2^31-1", (Consumer<BytePatcher>) p -> p.int32(8, Integer.MAX_VALUE), "token 0"),
                arguments("short", (Consumer<BytePatcher>) p -> p.truncate(p.size() - 1), "token 286"),
                arguments("very short", (Consumer<BytePatcher>) p -> p.truncate(20), "another model"),
                arguments("long", (Consumer<BytePatcher>) p -> p.append(new byte[9]), "another model"),
                arguments("not UTF-8", (Consumer<BytePatcher>) p -> p.int8(12, 0xFF), "UTF-8"),
                arguments("a token of 70,000 bytes",
                        (Consumer<BytePatcher>) p -> p.int32(p.size() - 6, 70_000).append(new byte[69_998]),
                        "at most 65535 bytes"),
                arguments("9 MB", (Consumer<BytePatcher>) p -> p.append(new byte[9_000_000]), "at most 8388608"),
                arguments("empty", (Consumer<BytePatcher>) p -> p.truncate(0), "empty"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokenizerDamages")
    void tokenizerDamageIsNamed(String what, Consumer<BytePatcher> damage, String message) throws IOException {
        BytePatcher patcher = new BytePatcher(TinyLlama2c.tokenizer());
        damage.accept(patcher);
        assertThatThrownBy(() -> open(TinyLlama2c.of(0).checkpoint(), patcher.bytes()))
                .isInstanceOf(ModelFormatException.class).hasMessageContaining("tokenizer.bin")
                .hasMessageContaining(message);
        Resources.assertNoneOf(folder);
    }

    @Test
    void tokenizerIsBesideOrNamed() throws IOException {
        Path file = Files.write(folder.resolve("model.bin"), TinyLlama2c.of(1).checkpoint());
        assertThatThrownBy(() -> ModelFiles.open(file, null)).isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("of model.bin").hasMessageContaining(folder.resolve("tokenizer.bin").toString())
                .hasMessageContaining("ModelOptions.withTokenizer").hasMessageContaining("--tokenizer");
        Resources.assertNoneOf(folder);
        Path other = Files.write(folder.resolve("other.bin"), TinyLlama2c.tokenizer());
        try (ModelSource model = ModelFiles.open(file, other)) {
            assertThat(model.metadata().strings("tokenizer.ggml.tokens")).hasSize(TinyLlama2c.VOCABULARY)
                    .contains("<s>", "\n</s>\n", "<0x0A>", "▁", "▁a");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void randomDamage(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            int version = random.nextInt(3);
            BytePatcher checkpoint = new BytePatcher(TinyLlama2c.of(version).checkpoint());
            BytePatcher tokenizer = new BytePatcher(TinyLlama2c.tokenizer());
            if (random.nextBoolean()) {
                checkpoint.int8(random.nextInt(42), random.nextInt(256));
            } else {
                tokenizer.int8(random.nextInt(tokenizer.size()), random.nextInt(256));
            }
            try {
                open(checkpoint.bytes(), tokenizer.bytes()).close();
            } catch (ModelLoadException e) {
                assertThat(e).hasMessageContaining(".bin");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + " mutation " + i, e);
            }
        }
    }
}
