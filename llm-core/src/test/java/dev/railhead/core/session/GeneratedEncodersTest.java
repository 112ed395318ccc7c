package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.railhead.EmbeddingModel;
import dev.railhead.EmbeddingOptions;
import dev.railhead.ModelOptions;
import dev.railhead.Pooling;
import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Encoders that the reference data lack. Their weights are made here; the expected vectors, means of the hidden states, are what
/// llama.cpp 0.5.0 makes of the same files, with GELU from its table of half precision numbers.
class GeneratedEncodersTest {
    private static final int WIDTH = 48;
    private static final int FEED_FORWARD = 80;
    private static final int EXPERTS = 6;
    private static final int[] TEXT = new Random(5).ints(60, 3, TinyLlama.VOCABULARY).toArray();

    /// The table's error. Measured: 1.3e-7 to 4.1e-7.
    private static final double TABLE_ERROR = 1e-6;

    private static EmbeddingModel load(GgufWriter writer, int contextLength) {
        return EmbeddingModel.load("generated", new ByteArrayInputStream(writer.toByteArray()),
                EmbeddingOptions.defaults().withNormalized(false).withModel(
                        ModelOptions.defaults().withBackend("reference").withContextLength(contextLength)));
    }

    private static GgufWriter model(String name) {
        return switch (name) {
            case "jina-bert-v2" -> jina(false);
            case "jina-bert-v2-code" -> jina(true);
            default -> nomicMoe();
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"jina-bert-v2", "jina-bert-v2-code", "nomic-bert-moe"})
    void vectorsEqualTheReference(String name) throws IOException {
        try (EmbeddingModel model = load(model(name), 256); EmbeddingModel shorter = load(model(name), 60)) {
            float[][] found = model.embedTokens(List.of(TEXT));
            assertThat(ReferenceCase.nmse(found, new float[][]{expected(name)})).isLessThan(TABLE_ERROR);
            assertThat(shorter.embedTokens(List.of(TEXT))).isEqualTo(found);
            List<int[]> texts = List.of(Arrays.copyOf(TEXT, 5), TEXT, Arrays.copyOf(TEXT, 33));
            assertThat(model.embedTokens(texts)[1]).containsExactly(found[0]);
        }
    }

    private static float[] expected(String name) throws IOException {
        try (InputStream in = GeneratedEncodersTest.class.getResourceAsStream("/reference/generated-encoders.json")) {
            return new ObjectMapper().convertValue(
                    new ObjectMapper().readTree(Objects.requireNonNull(in)).get(name), float[].class);
        }
    }

    @Test
    void aRerankerOfJinaHasAScoreAlone() {
        GgufWriter writer = jina(false);
        linear(writer, "cls", WIDTH, 1, true);
        try (EmbeddingModel model = load(writer, 256)) {
            float[] first = model.tokenEmbeddings(TEXT)[0];
            float[] weight = row("cls.weight", 0, 0, 1.5f / (float) Math.sqrt(WIDTH), WIDTH);
            double sum = row("cls.bias", 0, 0, 0.3f, 1)[0];
            for (int i = 0; i < WIDTH; i++) {
                sum += (double) weight[i] * first[i];
            }
            float[] scores = model.rankTokens(List.of(TEXT))[0];
            assertThat(scores).hasSize(1);
            assertThat(scores[0]).isCloseTo((float) Math.tanh(sum), within(1e-5f));
            assertThat(model.pooling()).isEqualTo(Pooling.MEAN);
        }
    }

    private static GgufWriter jina(boolean code) {
        return encoder("jina-bert-v2", 3, 6, writer -> {
            for (int i = 0; i < 3; i++) {
                String block = "blk." + i + ".";
                for (String part : List.of("attn_q", "attn_k", "attn_v", "attn_output")) {
                    linear(writer, block + part, WIDTH, WIDTH, true);
                }
                if (code) {
                    writer.removeTensor(block + "ffn_gate.weight"); // the tiny llama's
                    List.of("attn_q_norm", "attn_k_norm", "attn_norm_2").forEach(part -> norm(writer, block + part));
                    linear(writer, block + "ffn_up", WIDTH, 2 * FEED_FORWARD, false);
                } else {
                    linear(writer, block + "ffn_gate", WIDTH, FEED_FORWARD, false);
                    linear(writer, block + "ffn_up", WIDTH, FEED_FORWARD, false);
                }
                linear(writer, block + "ffn_down", FEED_FORWARD, WIDTH, true);
            }
        });
    }

    private static GgufWriter nomicMoe() {
        String family = "nomic-bert-moe";
        return encoder(family, 4, 4, writer -> {
            Map.of("moe_every_n_layers", 2, "expert_count", EXPERTS, "expert_used_count", 2)
                    .forEach((key, value) -> writer.put(family + "." + key, value));
            for (int i = 0; i < 4; i++) {
                String block = "blk." + i + ".";
                linear(writer, block + "attn_qkv", WIDTH, 3 * WIDTH, true);
                linear(writer, block + "attn_output", WIDTH, WIDTH, true);
                if (i % 2 == 1) {
                    linear(writer, block + "ffn_gate_inp", WIDTH, EXPERTS, false);
                    random(writer, block + "ffn_up_exps.weight", 0, 0.2f, WIDTH, FEED_FORWARD, EXPERTS);
                    random(writer, block + "ffn_down_exps.weight", 0, 0.2f, FEED_FORWARD, WIDTH, EXPERTS);
                } else {
                    linear(writer, block + "ffn_up", WIDTH, FEED_FORWARD, true);
                    linear(writer, block + "ffn_down", FEED_FORWARD, WIDTH, true);
                }
            }
        });
    }

    /// What all of BERT's kin have, with the vocabulary of a tiny llama.
    private static GgufWriter encoder(String family, int layers, int heads, Consumer<GgufWriter> own) {
        GgufWriter writer = TinyLlama.defaults().writer().put("general.architecture", family)
                .put(family + ".context_length", 256).put(family + ".embedding_length", WIDTH)
                .put(family + ".block_count", layers).put(family + ".feed_forward_length", FEED_FORWARD)
                .put(family + ".attention.head_count", heads).put(family + ".attention.layer_norm_epsilon", 1e-12f)
                .put(family + ".pooling_type", 1).put("tokenizer.ggml.token_type_count", 2);
        random(writer, "token_embd.weight", 0, 1, WIDTH, TinyLlama.VOCABULARY);
        random(writer, "token_types.weight", 0, 1, WIDTH, 2);
        norm(writer, "token_embd_norm");
        own.accept(writer);
        for (int i = 0; i < layers; i++) {
            norm(writer, "blk." + i + ".attn_output_norm");
            norm(writer, "blk." + i + ".layer_output_norm");
        }
        return writer;
    }

    private static void norm(GgufWriter writer, String name) {
        random(writer, name + ".weight", 1, 0.3f, WIDTH);
        random(writer, name + ".bias", 0, 0.3f, WIDTH);
    }

    private static void linear(GgufWriter writer, String name, int columns, int rows, boolean biased) {
        random(writer, name + ".weight", 0, 1.5f / (float) Math.sqrt(columns), columns, rows);
        if (biased) {
            random(writer, name + ".bias", 0, 0.3f, rows);
        }
    }

    private static void random(GgufWriter writer, String name, float mean, float deviation, long... shape) {
        writer.tensorRows(name, WeightTypes.byName("F32"), shape,
                (row, out) -> System.arraycopy(row(name, row, mean, deviation, out.length), 0, out, 0, out.length));
    }

    private static float[] row(String name, long row, float mean, float deviation, int length) {
        Random random = new Random(name.hashCode() * 31L + row);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = mean + deviation * (float) random.nextGaussian();
        }
        return values;
    }
}
