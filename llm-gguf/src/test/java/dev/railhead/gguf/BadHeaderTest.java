package dev.railhead.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.railhead.ModelFormatException;
import dev.railhead.ModelLoadException;
import dev.railhead.RailheadException;
import dev.railhead.UnsupportedModelException;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.gguf.testing.BytePatcher;
import dev.railhead.gguf.testing.Promptly;
import dev.railhead.gguf.testing.Resources;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Damaged headers, metadata and tensor tables: each gives an exception that says where, leaves nothing open, and a
/// good model loads afterwards.
@Timeout(20)
class BadHeaderTest {
    private static final byte[] GOOD = TinyLlama.defaults().writer().toByteArray();
    private static final String KEY = "llama.block_count";
    private static final String TENSOR = "blk.0.attn_q.weight";
    private static final int TENSOR_COUNT_AT = 8;
    private static final int KEY_COUNT_AT = 16;

    @TempDir
    private Path folder;

    private static Arguments header(String what, Consumer<BytePatcher> damage, String... messages) {
        return arguments(what, damage, ModelFormatException.class, messages);
    }

    /// Damage to what follows the name of a key: value type, then value.
    private static Arguments key(String what, int skip, Consumer<BytePatcher> damage, String... messages) {
        return header(what, damage, Stream.concat(Stream.of("key '" + KEY + "'", "at byte " + (at(KEY) + skip)),
                Arrays.stream(messages)).toArray(String[]::new));
    }

    /// Damage to what follows the name of a tensor: number of dimensions, 2 dimensions, type, offset.
    private static Arguments tensor(String what, int at, Consumer<BytePatcher> damage, String... messages) {
        return header(what, damage, Stream.concat(Stream.of("tensor '" + TENSOR + "'", "at byte " + at),
                Arrays.stream(messages)).toArray(String[]::new));
    }

    private static int at(String name) {
        return new BytePatcher(GOOD).afterName(name);
    }

    static Stream<Arguments> damages() {
        int key = at(KEY);
        int keyEntry = new BytePatcher(GOOD).entry(KEY);
        int tensor = at(TENSOR);
        int tensorEntry = new BytePatcher(GOOD).entry(TENSOR);
        int tokens = at("tokenizer.ggml.tokens");
        int bool = at("tokenizer.ggml.add_bos_token");
        int name = at("general.name");
        return Stream.of(
                header("version 0", p -> p.int32(4, 0), "header", "at byte 4", "found 0"),
                arguments("version 1", (Consumer<BytePatcher>) p -> p.int32(4, 1), UnsupportedModelException.class,
                        new String[]{"at byte 4", "expected version 2 or 3, found 1"}),
                arguments("version 4", (Consumer<BytePatcher>) p -> p.int32(4, 4), UnsupportedModelException.class,
                        new String[]{"found 4"}),
                arguments("version 2^31", (Consumer<BytePatcher>) p -> p.int32(4, 1 << 31),
                        UnsupportedModelException.class, new String[]{"at byte 4"}),
                arguments("big-endian", (Consumer<BytePatcher>) p -> p.int32(4, 3 << 24),
                        UnsupportedModelException.class, new String[]{"big-endian", "version 3"}),
                header("2^63 tensors", p -> p.int64(TENSOR_COUNT_AT, Long.MIN_VALUE), "at byte 8", "tensors",
                        "9223372036854775808"),
                header("2^64-1 keys", p -> p.int64(KEY_COUNT_AT, -1), "at byte 16", "18446744073709551615"),
                header("more tensors than bytes", p -> p.int64(TENSOR_COUNT_AT, GOOD.length), "at byte 8"),
                header("more keys than bytes", p -> p.int64(KEY_COUNT_AT, GOOD.length), "at byte 16"),
                header("one key too many", p -> p.int64(KEY_COUNT_AT, p.int32(KEY_COUNT_AT) + 1), "at byte"),
                header("one tensor too many", p -> p.int64(TENSOR_COUNT_AT, p.int32(TENSOR_COUNT_AT) + 1), "tensor"),
                header("key length 2^64-1", p -> p.int64(keyEntry, -1), "at byte " + keyEntry, "key"),
                header("empty key", p -> p.int64(keyEntry, 0), "at byte " + keyEntry, "empty"),
                header("key in invalid UTF-8", p -> p.int8(keyEntry + 9, 0xFF), "at byte " + keyEntry, "UTF-8"),
                header("key with NUL", p -> p.int8(keyEntry + 9, 0), "at byte " + keyEntry, "NUL"),
                header("duplicate key",
                        p -> p.put(p.entry("tokenizer.ggml.eos_token_id") + 8,
                                "tokenizer.ggml.bos_token_id".getBytes(StandardCharsets.UTF_8)),
                        "key 'tokenizer.ggml.bos_token_id'", "duplicate"),
                key("value type 13", 0, p -> p.int32(key, 13), "found 13"),
                key("value type 2^32-1", 0, p -> p.int32(key, -1), "found 4294967295"),
                header("string of 2^64-1 bytes", p -> p.int64(name + 4, -1), "key 'general.name'",
                        "at byte " + (name + 4), "18446744073709551615"),
                header("string one byte past the end", p -> p.int64(name + 4, GOOD.length - name - 12 + 1),
                        "key 'general.name'", "at byte " + (name + 4)),
                header("unknown element type", p -> p.int32(tokens + 4, 13), "key 'tokenizer.ggml.tokens'",
                        "at byte " + (tokens + 4), "element type"),
                header("array of 2^63", p -> p.int64(tokens + 8, Long.MIN_VALUE), "key 'tokenizer.ggml.tokens'",
                        "at byte " + (tokens + 8)),
                header("count times size wraps", p -> p.int64(tokens + 8, 1L << 61), "key 'tokenizer.ggml.tokens'",
                        "at byte " + (tokens + 8)),
                header("bool 7", p -> p.int8(bool + 4, 7), "key 'tokenizer.ggml.add_bos_token'",
                        "at byte " + (bool + 4), "boolean"),
                tensor("no dimensions", tensor, p -> p.int32(tensor, 0), "1 to 4 dimensions"),
                tensor("5 dimensions", tensor, p -> p.int32(tensor, 5), "found 5"),
                tensor("2^32-1 dimensions", tensor, p -> p.int32(tensor, -1), "found 4294967295"),
                tensor("dimension 0", tensor + 4, p -> p.int64(tensor + 4, 0), "dimension 0", "found 0"),
                tensor("dimension 2^63", tensor + 12, p -> p.int64(tensor + 12, Long.MIN_VALUE), "dimension 1"),
                tensor("product overflows", tensor + 12,
                        p -> p.int64(tensor + 4, 1L << 40).int64(tensor + 12, 1L << 40), "2^63"),
                tensor("bytes overflow", tensor + 20, p -> p.int64(tensor + 4, 1L << 31).int64(tensor + 12, 1L << 31),
                        "bytes"),
                tensor("unknown type", tensor + 20, p -> p.int32(tensor + 20, 99), "99"),
                arguments("retired type", (Consumer<BytePatcher>) p -> p.int32(tensor + 20, 4),
                        UnsupportedModelException.class, new String[]{"tensor '" + TENSOR + "'", "Q4_2", "type 4"}),
                arguments("type of activations", (Consumer<BytePatcher>) p -> p.int32(tensor + 20, 9),
                        UnsupportedModelException.class, new String[]{"tensor '" + TENSOR + "'", "Q8_1", "Q4_K"}),
                tensor("rows of half a block", tensor + 20, p -> p.int32(tensor + 20, 12), "256", "Q4_K"),
                tensor("misaligned", tensor + 24, p -> p.int64(tensor + 24, 8), "alignment 32", "found 8"),
                tensor("offset wraps", tensor + 24, p -> p.int64(tensor + 24, -32), "18446744073709551584"),
                tensor("offset far out", tensorEntry, p -> p.int64(tensor + 24, 1L << 50), "end of the file"),
                tensor("overlap", tensorEntry, p -> p.int64(tensor + 24, 0), "token_embd.weight"),
                header("duplicate tensor", p -> p.int8(p.entry("blk.1.attn_q.weight") + 12, '0'),
                        "tensor '" + TENSOR + "'", "duplicate"),
                header("empty tensor name", p -> p.int64(tensorEntry, 0), "at byte " + tensorEntry, "empty"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void damageIsNamed(String what, Consumer<BytePatcher> damage, Class<? extends RailheadException> type,
            String[] messages) throws IOException {
        BytePatcher patcher = new BytePatcher(GOOD);
        damage.accept(patcher);
        Path file = patcher.write(folder.resolve("bad.gguf"));

        Promptly.underOneSecond(() -> assertThatThrownBy(() -> ModelFiles.open(file, null)).isExactlyInstanceOf(type)
                .hasMessageContaining("of bad.gguf").hasMessageContainingAll(messages));

        Resources.assertNoneOf(folder);
        goodModelLoads();
    }

    private void goodModelLoads() {
        try (var model = ModelFiles.open(new BytePatcher(GOOD).write(folder.resolve("good.gguf")), null)) {
            assertThat(model.tensors()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 3, 4, 1 << 30})
    void alignmentMustBeSensible(long alignment) {
        byte[] bytes = TinyLlama.defaults().writer().put("general.alignment", alignment).toByteArray();
        assertThatThrownBy(() -> of(bytes)).isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("key 'general.alignment'").hasMessageContaining("at byte")
                .hasMessageContaining("found " + alignment);
    }

    @Test
    void alignmentMustBeAnInteger() {
        byte[] bytes = TinyLlama.defaults().writer().put("general.alignment", "32").toByteArray();
        assertThatThrownBy(() -> of(bytes)).isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("key 'general.alignment'").hasMessageContaining("an integer");
    }

    @Test
    void longKeys() {
        String longest = "k".repeat(65535);
        try (GgufFile model = of(TinyLlama.defaults().writer().put(longest, 1L).toByteArray())) {
            assertThat(model.metadata().integer(longest)).isEqualTo(1);
        }
        byte[] longer = TinyLlama.defaults().writer().put(longest + "k", 1L).toByteArray();
        assertThatThrownBy(() -> of(longer)).isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("at most 65535 bytes").hasMessageContaining("65536");
    }

    @Test
    void longTensorNames() {
        TensorData.Rows zeros = (row, out) -> Arrays.fill(out, 0);
        String longest = "t".repeat(63);
        var type = WeightTypes.byName("F32");
        try (GgufFile model = of(new GgufWriter().tensorRows(longest, type, new long[]{4}, zeros).toByteArray())) {
            assertThat(model.tensor(longest)).isNotNull();
        }
        byte[] longer = new GgufWriter().tensorRows(longest + "t", type, new long[]{4}, zeros).toByteArray();
        assertThatThrownBy(() -> of(longer)).isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("at most 63 bytes");
    }

    /// A million keys are refused by number; as many as are allowed must not take quadratic time.
    @Test
    void manyKeys() {
        GgufWriter writer = new GgufWriter();
        for (int i = 0; i < Limits.KEYS; i++) {
            writer.put("k" + i, true);
        }
        long start = System.nanoTime();
        try (GgufFile model = of(writer.toByteArray())) {
            assertThat(model.metadata().values()).hasSize(Limits.KEYS);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        writer.put("one more", true);
        assertThatThrownBy(() -> of(writer.toByteArray())).isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("at byte 16").hasMessageContaining("at most " + Limits.KEYS);
    }

    @Test
    void nestedArrays() {
        GgufArray nested = new GgufArray(ValueType.INT32, new long[]{1, 2});
        for (int depth = 2; depth <= 4; depth++) {
            nested = new GgufArray(ValueType.ARRAY, new GgufArray[]{nested});
        }
        try (GgufFile model = of(new GgufWriter().put("a", ValueType.ARRAY, nested).toByteArray())) {
            assertThat(Arrays.deepToString((Object[]) model.metadata().get("a"))).isEqualTo("[[[[1, 2]]]]");
        }
        GgufArray deeper = new GgufArray(ValueType.ARRAY, new GgufArray[]{nested});
        assertThatThrownBy(() -> of(new GgufWriter().put("a", ValueType.ARRAY, deeper).toByteArray()))
                .isInstanceOf(ModelFormatException.class).hasMessageContaining("key 'a'")
                .hasMessageContaining("nested at most 4 deep");
    }

    @Test
    void arraysNestedVeryDeep() {
        int depth = 100_000;
        byte[] level = new byte[12];
        level[0] = 9;
        level[4] = 1;
        BytePatcher patcher = new BytePatcher(new GgufWriter()
                .put("a", ValueType.ARRAY, new GgufArray(ValueType.ARRAY, new GgufArray[0])).toByteArray());
        int at = patcher.afterName("a") + 4;
        patcher.truncate(at);
        byte[] levels = new byte[12 * depth];
        for (int i = 0; i < depth; i++) {
            System.arraycopy(level, 0, levels, 12 * i, 12);
        }
        byte[] bytes = patcher.append(levels).bytes();
        assertThatThrownBy(() -> of(bytes)).isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("nested at most 4 deep");
    }

    @Test
    void truncatedAnywhereInTheHeader() {
        int header = (int) of(GOOD).dataOffset();
        for (int size = 1; size < header; size++) {
            int bytes = size;
            assertThatThrownBy(() -> of(Arrays.copyOf(GOOD, bytes))).as("%d bytes", size)
                    .isInstanceOf(ModelFormatException.class).hasMessageContaining("of model.gguf")
                    .hasMessageContaining("at byte");
        }
    }

    @Test
    void truncatedAtTensorBoundaries() {
        GgufFile good = of(GOOD);
        long end = good.tensors().stream().mapToLong(t -> good.tensorOffset(t.name()) + t.data().byteSize()).max()
                .orElseThrow();
        for (var tensor : good.tensors()) {
            int start = (int) good.tensorOffset(tensor.name());
            for (int size : new int[]{start - 1, start, start + 1, start + (int) tensor.data().byteSize() - 1}) {
                assertThatThrownBy(() -> of(Arrays.copyOf(GOOD, size))).as("%d bytes", size)
                        .isInstanceOf(ModelFormatException.class).hasMessageContaining("tensor '")
                        .hasMessageContaining("truncated");
            }
        }
        assertThat(of(Arrays.copyOf(GOOD, (int) end)).tensors()).hasSameSizeAs(good.tensors());
        assertThat(of(new BytePatcher(GOOD).append(new byte[1000]).bytes()).tensors()).hasSameSizeAs(good.tensors());
    }

    /// Any damage gives a model or one of our exceptions.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomDamage(long seed) {
        Random random = new Random(seed);
        int header = (int) of(GOOD).dataOffset();
        int refused = 0;
        for (int i = 0; i < 2000; i++) {
            BytePatcher patcher = new BytePatcher(GOOD);
            int flips = 1 + random.nextInt(4);
            for (int flip = 0; flip < flips; flip++) {
                patcher.int8(random.nextInt(header), random.nextInt(256));
            }
            byte[] bytes = patcher.bytes();
            try (GgufFile model = of(bytes)) {
                model.tensors().forEach(t -> assertThat(t.data().byteSize()).isEqualTo(t.type().bytes(t.elements())));
            } catch (ModelLoadException e) {
                refused++;
                assertThat(e).as("seed %d mutation %d", seed, i).hasMessageContaining("model.gguf");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + " mutation " + i, e);
            }
        }
        assertThat(refused).isPositive();
    }

    private static GgufFile of(byte[] bytes) {
        return GgufFile.of("model.gguf", MemorySegment.ofArray(bytes));
    }
}
