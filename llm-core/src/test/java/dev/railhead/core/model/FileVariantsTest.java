package dev.railhead.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.Model;
import dev.railhead.Session;
import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.ValueType;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.gguf.testing.BytePatcher;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Files that say the same in another way, as converters do, give the same model.
class FileVariantsTest {
    /// Every integer key of the family, with the tiny model's values; those it leaves out say what it does by default.
    private static final Map<String, Long> INTEGERS = new LinkedHashMap<>();

    static {
        INTEGERS.put("llama.context_length", 128L);
        INTEGERS.put("llama.embedding_length", 32L);
        INTEGERS.put("llama.block_count", 2L);
        INTEGERS.put("llama.feed_forward_length", 64L);
        INTEGERS.put("llama.attention.head_count", 4L);
        INTEGERS.put("llama.attention.head_count_kv", 2L);
        INTEGERS.put("llama.attention.key_length", 8L);
        INTEGERS.put("llama.attention.value_length", 8L);
        INTEGERS.put("llama.rope.dimension_count", 8L);
        INTEGERS.put("llama.rope.scaling.original_context_length", 128L);
        INTEGERS.put("llama.vocab_size", (long) TinyLlama.VOCABULARY);
        INTEGERS.put("llama.expert_count", 0L);
        INTEGERS.put("general.alignment", 32L);
        INTEGERS.put("tokenizer.ggml.bos_token_id", 1L);
        INTEGERS.put("tokenizer.ggml.eos_token_id", 2L);
        INTEGERS.put("tokenizer.ggml.unknown_token_id", 0L);
    }

    private static final List<String> PER_LAYER = List.of("llama.feed_forward_length", "llama.attention.head_count",
            "llama.attention.head_count_kv");

    @TempDir
    private Path folder;

    private Outcome expected;

    /// @param tokens of a text
    /// @param logits after it
    private record Outcome(List<Integer> tokens, List<Float> logits) {}

    @BeforeEach
    void loadTheUsualForm() throws IOException {
        expected = outcome(TinyLlama.defaults().writer().toByteArray());
        assertThat(expected.logits).hasSize(TinyLlama.VOCABULARY).doesNotContain(Float.NaN);
    }

    private Outcome outcome(byte[] file) throws IOException {
        try (Model model = Model.load(Files.write(folder.resolve("variant.gguf"), file));
                Session session = model.newSession()) {
            int[] tokens = model.tokenizer().encode("a tiny text");
            session.prefill(tokens);
            float[] logits = session.logits();
            Float[] boxed = new Float[logits.length];
            Arrays.setAll(boxed, i -> logits[i]);
            return new Outcome(Arrays.stream(tokens).boxed().toList(), List.of(boxed));
        }
    }

    private void givesTheSame(GgufWriter writer, String what) throws IOException {
        assertThat(outcome(writer.toByteArray())).as(what).isEqualTo(expected);
    }

    @Test
    void version2() throws IOException {
        byte[] older = new BytePatcher(TinyLlama.defaults().writer().toByteArray()).int32(4, 2).bytes();
        assertThat(outcome(older)).isEqualTo(expected);
    }

    /// The largest value that a type holds; u64 and i64 hold all there are.
    private static long max(ValueType type) {
        return switch (type) {
            case UINT8 -> 0xFF;
            case INT8 -> Byte.MAX_VALUE;
            case UINT16 -> 0xFFFF;
            case INT16 -> Short.MAX_VALUE;
            default -> Integer.MAX_VALUE;
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"UINT8", "INT8", "UINT16", "INT16", "UINT32", "INT32", "UINT64", "INT64"})
    void integersOfAnyWidth(ValueType type) throws IOException {
        GgufWriter all = TinyLlama.defaults().writer();
        for (Map.Entry<String, Long> entry : INTEGERS.entrySet()) {
            if (entry.getValue() <= max(type)) {
                givesTheSame(TinyLlama.defaults().writer().put(entry.getKey(), type, entry.getValue()), entry.getKey());
                all.put(entry.getKey(), type, entry.getValue());
            }
        }
        givesTheSame(all, "all keys");
    }

    @ParameterizedTest
    @EnumSource(names = {"UINT8", "INT8", "UINT16", "INT16", "UINT32", "INT32", "UINT64", "INT64"})
    void arraysOfAnyWidth(ValueType type) throws IOException {
        for (String key : PER_LAYER) {
            long[] values = new long[2];
            Arrays.fill(values, INTEGERS.getOrDefault(key, 0L));
            givesTheSame(TinyLlama.defaults().writer().putArray(key, type, values), key);
        }
        givesTheSame(TinyLlama.defaults().writer().putArray("tokenizer.ggml.token_type", type, tokenTypes()),
                "token types");
    }

    /// Unknown, two of control, 256 bytes, then normal tokens.
    private static long[] tokenTypes() {
        long[] types = new long[TinyLlama.VOCABULARY];
        Arrays.fill(types, 1);
        types[0] = 2;
        Arrays.fill(types, 1, 3, 3);
        Arrays.fill(types, 3, 3 + 256, 6);
        return types;
    }

    /// As files in NVFP4 have it. All factors are powers of two, so that nothing is rounded otherwise.
    @Test
    void factorsBesideMatrices() throws IOException {
        Outcome plain = outcome(scaledMatrices(1f, 1f).toByteArray());
        assertThat(plain).isNotEqualTo(expected);
        assertThat(outcome(scaledMatrices(4f, 0.25f).toByteArray())).isEqualTo(plain);
        assertThat(outcome(scaledMatrices(4f, 1f).toByteArray())).isNotEqualTo(plain);
    }

    private static GgufWriter scaledMatrices(float factor, float scale) {
        GgufWriter writer = TinyLlama.defaults().writer();
        for (String matrix : List.of("attn_q", "attn_output", "ffn_gate", "ffn_up", "ffn_down")) {
            long columns = matrix.equals("ffn_down") ? 64 : 32;
            long rows = matrix.equals("ffn_gate") || matrix.equals("ffn_up") ? 64 : 32;
            writer.tensorRows("blk.0." + matrix + ".weight", WeightTypes.F32, new long[]{columns, rows},
                    (row, out) -> fill(out, row, factor));
            writer.tensorRows("blk.0." + matrix + ".scale", WeightTypes.F32, new long[]{1},
                    (row, out) -> out[0] = scale);
        }
        return writer;
    }

    private static void fill(float[] row, long number, float factor) {
        for (int i = 0; i < row.length; i++) {
            row[i] = factor * ((number * 7 + i * 3) % 11 - 5) / 64f;
        }
    }

    @Test
    void floatsOfDoublePrecision() throws IOException {
        GgufWriter writer = TinyLlama.defaults().writer().put("llama.attention.layer_norm_rms_epsilon",
                ValueType.FLOAT64, (double) 1e-5f);
        double[] scores = new double[TinyLlama.VOCABULARY];
        for (int letter = 1; letter <= 26; letter++) {
            scores[3 + 256 + letter] = -letter;
        }
        givesTheSame(writer.putArray("tokenizer.ggml.scores", ValueType.FLOAT64, scores), "f64");
    }
}
