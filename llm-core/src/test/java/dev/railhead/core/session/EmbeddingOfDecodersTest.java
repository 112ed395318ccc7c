package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.railhead.EmbeddingModel;
import dev.railhead.EmbeddingOptions;
import dev.railhead.ModelOptions;
import dev.railhead.Pooling;
import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Vectors from models of decoders' layers, causal and not, and what stands behind their pooling.
class EmbeddingOfDecodersTest {
    private static final int WIDTH = 32;
    private static final int HEADS = 4;
    private static final int HEAD = 8;
    private static final int FEED_FORWARD = 64;
    private static final int[] TEXT = new Random(7).ints(60, 3, TinyLlama.VOCABULARY).toArray();

    private static EmbeddingOptions options(int chunk) {
        return EmbeddingOptions.defaults().withNormalized(false)
                .withModel(ModelOptions.defaults().withBackend("reference").withPrefillChunk(chunk));
    }

    private static EmbeddingModel load(GgufWriter writer, EmbeddingOptions options) {
        return EmbeddingModel.load("tiny", new ByteArrayInputStream(writer.toByteArray()), options);
    }

    private static GgufWriter llama() {
        return TinyLlama.defaults().writer();
    }

    @Test
    void aCausalModelGivesTheStateOfItsLastToken() {
        try (EmbeddingModel model = load(llama(), options(256)); EmbeddingModel chunked = load(llama(), options(7))) {
            assertThat(model.pooling()).isEqualTo(Pooling.LAST);
            float[][] states = model.tokenEmbeddings(TEXT);
            assertThat(model.embedTokens(List.of(TEXT))[0]).containsExactly(states[TEXT.length - 1]);
            assertThat(chunked.tokenEmbeddings(TEXT)).isEqualTo(states);
            assertThat(chunked.tokenEmbeddings(Arrays.copyOf(TEXT, 20))).isEqualTo(Arrays.copyOf(states, 20));
            List<int[]> texts = List.of(Arrays.copyOf(TEXT, 3), TEXT, Arrays.copyOf(TEXT, 9));
            assertThat(chunked.embedTokens(texts)).isEqualTo(model.embedTokens(texts))
                    .isEqualTo(new float[][]{states[2], states[59], states[8]});
        }
    }

    @Test
    void aModelThatIsNotCausalSeesWhatComesBehind() {
        GgufWriter both = llama().put("llama.attention.causal", false);
        try (EmbeddingModel model = load(both, options(7)); EmbeddingModel causal = load(llama(), options(7))) {
            assertThat(model.pooling()).isEqualTo(Pooling.MEAN);
            assertThat(model.tokenEmbeddings(TEXT[0])).isEqualTo(causal.tokenEmbeddings(TEXT[0]));
            assertThat(model.tokenEmbeddings(TEXT)[0]).isNotEqualTo(causal.tokenEmbeddings(TEXT)[0]);
        }
    }

    @Test
    void qwen3JudgesByTheSoftmaxOfItsLastToken() {
        GgufWriter writer = qwen3();
        vector(writer, "cls.output.weight", WIDTH, 2);
        writer.putArray("qwen3.classifier.output_labels", dev.railhead.gguf.ValueType.STRING,
                new String[]{"yes", "no"});
        try (EmbeddingModel model = load(writer, options(256))) {
            float[] state = model.tokenEmbeddings(TEXT)[TEXT.length - 1];
            float[] row = values("cls.output.weight", 0, WIDTH);
            float[] other = values("cls.output.weight", 1, WIDTH);
            double expected = 1 / (1 + Math.exp(product(other, state) - product(row, state)));
            float[] scores = model.rankTokens(List.of(TEXT))[0];
            assertThat(scores).hasSize(2);
            assertThat(scores[0]).isCloseTo((float) expected, within(1e-5f));
            assertThat(scores[0] + scores[1]).isCloseTo(1f, within(1e-6f));
        }
    }

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static GgufWriter qwen3() {
        GgufWriter writer = llama().put("general.architecture", "qwen3");
        keys(writer, "qwen3", 2);
        for (int layer = 0; layer < 2; layer++) {
            vector(writer, "blk." + layer + ".attn_q_norm.weight", HEAD);
            vector(writer, "blk." + layer + ".attn_k_norm.weight", HEAD);
        }
        return writer;
    }

    private static void keys(GgufWriter writer, String family, int layers) {
        writer.put(family + ".context_length", 128).put(family + ".embedding_length", WIDTH)
                .put(family + ".block_count", layers).put(family + ".feed_forward_length", FEED_FORWARD)
                .put(family + ".attention.head_count", HEADS).put(family + ".attention.head_count_kv", 2)
                .put(family + ".attention.layer_norm_rms_epsilon", 1e-5f);
    }

    /// The layers of a Gemma, with a window that the text is longer than.
    private static GgufWriter gemma(String family, int layers) {
        GgufWriter writer = llama().put("general.architecture", family).removeTensor("output.weight");
        keys(writer, family, layers);
        writer.put(family + ".attention.sliding_window", family.equals("gemma3") ? 17 : 32);
        for (int layer = 0; layer < layers; layer++) {
            for (String norm : List.of("attn_q_norm", "attn_k_norm")) {
                vector(writer, "blk." + layer + "." + norm + ".weight", HEAD);
            }
            for (String norm : List.of("post_attention_norm", "post_ffw_norm")) {
                vector(writer, "blk." + layer + "." + norm + ".weight", WIDTH);
            }
        }
        return writer;
    }

    /// With one layer, the last token sees in both directions what it sees in one.
    @Test
    void theLastTokenOfEmbeddingGemmaSeesWhatThatOfGemma3Sees() {
        try (EmbeddingModel both = load(gemma("gemma-embedding", 1), options(256));
                EmbeddingModel causal = load(gemma("gemma3", 1), options(256))) {
            float[][] states = both.tokenEmbeddings(TEXT);
            float[][] causalStates = causal.tokenEmbeddings(TEXT);
            assertThat(states[TEXT.length - 1]).containsExactly(causalStates[TEXT.length - 1]);
            assertThat(states[0]).isNotEqualTo(causalStates[0]);
            assertThat(both.tokenEmbeddings(Arrays.copyOf(TEXT, 17))[0]).as("16 positions behind")
                    .containsExactly(states[0]);
            assertThat(both.tokenEmbeddings(Arrays.copyOf(TEXT, 16))[0]).isNotEqualTo(states[0]);
        }
    }

    @Test
    void theProjectionComesBehindThePooling() {
        GgufWriter writer = gemma("gemma-embedding", 2).put("gemma-embedding.dense_2_feat_out", 48);
        vector(writer, "dense_2.weight", WIDTH, 48);
        vector(writer, "dense_3.weight", 48, WIDTH);
        try (EmbeddingModel model = load(writer, options(256))) {
            assertThat(model.dimension()).isEqualTo(WIDTH);
            float[] pooled = new float[WIDTH];
            for (float[] state : model.tokenEmbeddings(TEXT)) {
                for (int i = 0; i < WIDTH; i++) {
                    pooled[i] += state[i] / TEXT.length;
                }
            }
            float[] hidden = new float[48];
            for (int i = 0; i < hidden.length; i++) {
                hidden[i] = (float) product(values("dense_2.weight", i, WIDTH), pooled);
            }
            float[] embedding = model.embedTokens(List.of(TEXT))[0];
            for (int i = 0; i < WIDTH; i++) {
                assertThat(embedding[i])
                        .isCloseTo((float) product(values("dense_3.weight", i, 48), hidden), within(1e-4f));
            }
        }
    }

    private static void vector(GgufWriter writer, String name, long... shape) {
        writer.tensorRows(name, WeightTypes.byName("F32"), shape,
                (row, out) -> System.arraycopy(values(name, row, out.length), 0, out, 0, out.length));
    }

    private static float[] values(String name, long row, int length) {
        Random random = new Random(name.hashCode() * 31L + row);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (0.5 + 0.3 * random.nextGaussian());
        }
        return values;
    }
}
