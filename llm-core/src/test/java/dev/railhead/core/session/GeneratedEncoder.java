package dev.railhead.core.session;

import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.ValueType;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.gguf.testing.TinyLlama;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Tiny encoders of random weights that the reference data lack, with the vocabulary of a tiny llama.
enum GeneratedEncoder {
    /// ALiBi for a number of heads that is no power of two.
    JINA_BERT_V2("jina-bert-v2", 3, 6, true) {
        @Override
        void tensors(Writer w) {
            w.bert();
            for (int i = 0; i < 3; i++) {
                w.projections(i, true).linear(i, "ffn_gate", WIDTH, FEED_FORWARD, false);
                w.linear(i, "ffn_up", WIDTH, FEED_FORWARD, false).linear(i, "ffn_down", FEED_FORWARD, WIDTH, true);
            }
        }
    },

    /// Norms of q and k, a second one behind attention, the gate in `ffn_up`.
    JINA_BERT_V2_CODE("jina-bert-v2", 3, 6, true) {
        @Override
        void tensors(Writer w) {
            w.bert();
            for (int i = 0; i < 3; i++) {
                w.projections(i, true).layerNorm(i, "attn_q_norm").layerNorm(i, "attn_k_norm");
                w.layerNorm(i, "attn_norm_2").linear(i, "ffn_up", WIDTH, 2 * FEED_FORWARD, false);
                w.linear(i, "ffn_down", FEED_FORWARD, WIDTH, true);
            }
        }
    },

    /// Experts in every second layer, biases elsewhere.
    NOMIC_BERT_MOE("nomic-bert-moe", 4, 4, true) {
        @Override
        void tensors(Writer w) {
            w.integers(Map.of("moe_every_n_layers", 2, "expert_count", EXPERTS, "expert_used_count", 2)).bert();
            for (int i = 0; i < 4; i++) {
                w.linear(i, "attn_qkv", WIDTH, 3 * WIDTH, true).linear(i, "attn_output", WIDTH, WIDTH, true);
                if (i % 2 == 1) {
                    w.linear(i, "ffn_gate_inp", WIDTH, EXPERTS, false);
                    w.values("blk." + i + ".ffn_up_exps.weight", 0, 0.2f, WIDTH, FEED_FORWARD, EXPERTS);
                    w.values("blk." + i + ".ffn_down_exps.weight", 0, 0.2f, FEED_FORWARD, WIDTH, EXPERTS);
                } else {
                    w.linear(i, "ffn_up", WIDTH, FEED_FORWARD, true).linear(i, "ffn_down", FEED_FORWARD, WIDTH, true);
                }
            }
        }
    },

    /// Heads of an even length that is no power of two, RoPE over some of it, biases that are not added.
    NOMIC_BERT("nomic-bert", 2, 4, false) {
        @Override
        void tensors(Writer w) {
            w.integers(Map.of("rope.dimension_count", 8)).number("rope.freq_base", 1000).bert();
            for (int i = 0; i < 2; i++) {
                w.projections(i, false).linear(i, "ffn_gate", WIDTH, FEED_FORWARD, false);
                w.linear(i, "ffn_up", WIDTH, FEED_FORWARD, true).linear(i, "ffn_down", FEED_FORWARD, WIDTH, true);
            }
        }
    },

    /// BERT with a rotation.
    JINA_BERT_V3("jina-bert-v3", 2, 3, true) {
        @Override
        void tensors(Writer w) {
            w.number("rope.freq_base", 20000).bert();
            for (int i = 0; i < 2; i++) {
                w.linear(i, "attn_qkv", WIDTH, 3 * WIDTH, true).linear(i, "attn_output", WIDTH, WIDTH, true);
                w.linear(i, "ffn_up", WIDTH, FEED_FORWARD, true).linear(i, "ffn_down", FEED_FORWARD, WIDTH, true);
            }
        }
    },

    /// Fused projections.
    NEO_BERT("neo-bert", 2, 6, false) {
        @Override
        void tensors(Writer w) {
            w.norm("enc.output_norm");
            for (int i = 0; i < 2; i++) {
                w.norm("blk." + i + ".attn_norm").norm("blk." + i + ".ffn_norm");
                w.linear(i, "attn_qkv", WIDTH, 3 * WIDTH, false).linear(i, "attn_output", WIDTH, WIDTH, false);
                w.linear(i, "ffn_up", WIDTH, 2 * FEED_FORWARD, false).linear(i, "ffn_down", FEED_FORWARD, WIDTH, false);
            }
        }
    },

    /// Fewer heads of keys and values.
    EUROBERT("eurobert", 2, 6, false) {
        @Override
        void tensors(Writer w) {
            w.integers(Map.of("attention.head_count_kv", 2)).norm("output_norm");
            for (int i = 0; i < 2; i++) {
                w.norm("blk." + i + ".attn_norm").norm("blk." + i + ".ffn_norm");
                w.linear(i, "attn_q", WIDTH, WIDTH, false).linear(i, "attn_k", WIDTH, WIDTH / 3, false);
                w.linear(i, "attn_v", WIDTH, WIDTH / 3, false).linear(i, "attn_output", WIDTH, WIDTH, false);
                w.gated(i);
            }
        }
    },

    /// A window in one of two layers, heads that are longer than their share of the width, the matrices behind pooling.
    GEMMA_EMBEDDING("gemma-embedding", 2, 3, true) {
        @Override
        void tensors(Writer w) {
            w.integers(Map.of("attention.head_count_kv", 1, "attention.key_length", 20, "attention.value_length", 20,
                    "attention.sliding_window", 40, "attention.sliding_window_pattern", 2));
            w.integers(Map.of("dense_2_feat_in", WIDTH, "dense_2_feat_out", 70, "dense_3_feat_in", 70,
                    "dense_3_feat_out", WIDTH)).norm("output_norm");
            for (int i = 0; i < 2; i++) {
                String block = "blk." + i + ".";
                List.of("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm")
                        .forEach(part -> w.norm(block + part));
                w.values(block + "attn_q_norm.weight", 1, 0.3f, 20).values(block + "attn_k_norm.weight", 1, 0.3f, 20);
                w.linear(i, "attn_q", WIDTH, 60, false).linear(i, "attn_k", WIDTH, 20, false);
                w.linear(i, "attn_v", WIDTH, 20, false).linear(i, "attn_output", 60, WIDTH, false).gated(i);
            }
            w.linear("dense_2", WIDTH, 70, false).linear("dense_3", 70, WIDTH, false);
        }
    },

    /// A number of buckets that four doesn't divide, an own bias in the second layer, heads whose sum is not the width.
    T5_ENCODER("t5encoder", 2, 3, false) {
        @Override
        void tensors(Writer w) {
            w.integers(Map.of("attention.key_length", 10, "attention.value_length", 10,
                    "attention.relative_buckets_count", 10)).norm("enc.output_norm");
            w.t5(0, 10, 10).t5(1, 10, 10);
        }
    },

    /// A decoder without causality: a convolution over the rows around each, and a matrix behind pooling.
    LFM2("lfm2", 2, 3, false) {
        @Override
        void tensors(Writer w) {
            w.integers(Map.of("shortconv.l_cache", 3, "embedding_length_out", 40)).norm("token_embd_norm");
            w.to.putArray("lfm2.attention.head_count_kv", ValueType.INT32, new long[]{0, 1})
                    .put("lfm2.attention.causal", false);
            for (int i = 0; i < 2; i++) {
                w.norm("blk." + i + ".attn_norm").norm("blk." + i + ".ffn_norm").gated(i);
            }
            w.linear(0, "shortconv.in_proj", WIDTH, 3 * WIDTH, false);
            w.linear(0, "shortconv.out_proj", WIDTH, WIDTH, false);
            w.values("blk.0.shortconv.conv.weight", 0, 0.6f, 3, WIDTH);
            w.values("blk.1.attn_q_norm.weight", 1, 0.3f, 16).values("blk.1.attn_k_norm.weight", 1, 0.3f, 16);
            w.linear(1, "attn_q", WIDTH, WIDTH, false).linear(1, "attn_k", WIDTH, 16, false);
            w.linear(1, "attn_v", WIDTH, 16, false).linear(1, "attn_output", WIDTH, WIDTH, false);
            w.linear("dense_2", WIDTH, 40, true);
        }
    };

    static final int WIDTH = 48;
    private static final int FEED_FORWARD = 80;
    private static final int EXPERTS = 6;
    private static final int CONTEXT = 2048;

    private final String family;
    private final int layers;
    private final int heads;
    private final boolean gelu;

    GeneratedEncoder(String family, int layers, int heads, boolean gelu) {
        this.family = family;
        this.layers = layers;
        this.heads = heads;
        this.gelu = gelu;
    }

    abstract void tensors(Writer w);

    /// Whether the reference computed with its table for GELU.
    boolean hasGelu() {
        return gelu;
    }

    /// The model, to be written.
    Writer writer() {
        GgufWriter writer = new GgufWriter().put("general.architecture", family);
        TinyLlama.vocabulary(writer);
        var own = new Writer(family, layers, heads, writer);
        own.integers(Map.of("context_length", CONTEXT, "embedding_length", WIDTH, "block_count", layers,
                "feed_forward_length", FEED_FORWARD, "attention.head_count", heads, "pooling_type", 1));
        own.number("attention.layer_norm_epsilon", 1e-12f).number("attention.layer_norm_rms_epsilon", 1e-5f);
        own.values("token_embd.weight", 0, 1, WIDTH, TinyLlama.VOCABULARY);
        tensors(own);
        return own;
    }

    /// Keys of a family and tensors of random values: the same name, the same values.
    record Writer(String family, int layers, int heads, GgufWriter to) {
        Writer integers(Map<String, Integer> values) {
            values.forEach((key, value) -> to.put(family + "." + key, value));
            return this;
        }

        Writer number(String key, float value) {
            to.put(family + "." + key, value);
            return this;
        }

        /// Types of tokens and the layer norms of BERT.
        private Writer bert() {
            to.put("tokenizer.ggml.token_type_count", 2);
            values("token_types.weight", 0, 1, WIDTH, 2).layerNorm("token_embd_norm");
            for (int i = 0; i < layers; i++) {
                layerNorm(i, "attn_output_norm").layerNorm(i, "layer_output_norm");
            }
            return this;
        }

        private Writer projections(int layer, boolean biased) {
            List.of("attn_q", "attn_k", "attn_v", "attn_output")
                    .forEach(part -> linear(layer, part, WIDTH, WIDTH, biased));
            return this;
        }

        private Writer gated(int layer) {
            linear(layer, "ffn_gate", WIDTH, FEED_FORWARD, false).linear(layer, "ffn_up", WIDTH, FEED_FORWARD, false);
            return linear(layer, "ffn_down", FEED_FORWARD, WIDTH, false);
        }

        /// A layer of T5's encoder. Scores are not scaled, so q and k are small.
        private Writer t5(int layer, int length, int buckets) {
            String block = "enc.blk." + layer + ".";
            norm(block + "attn_norm").norm(block + "ffn_norm");
            values(block + "attn_rel_b.weight", 0, 1, heads, buckets);
            for (String part : List.of("attn_q", "attn_k", "attn_v")) {
                values(block + part + ".weight", 0, 0.1f, WIDTH, heads * length);
            }
            linear(block + "attn_o", heads * length, WIDTH, false);
            linear(block + "ffn_up", WIDTH, FEED_FORWARD, false);
            return linear(block + "ffn_down", FEED_FORWARD, WIDTH, false);
        }

        private Writer norm(String name) {
            return values(name + ".weight", 1, 0.3f, WIDTH);
        }

        private Writer layerNorm(String name) {
            return norm(name).values(name + ".bias", 0, 0.3f, WIDTH);
        }

        private Writer layerNorm(int layer, String part) {
            return layerNorm("blk." + layer + "." + part);
        }

        private Writer linear(int layer, String part, int columns, int rows, boolean biased) {
            return linear("blk." + layer + "." + part, columns, rows, biased);
        }

        Writer linear(String name, int columns, int rows, boolean biased) {
            values(name + ".weight", 0, 1.5f / (float) Math.sqrt(columns), columns, rows);
            return biased ? values(name + ".bias", 0, 0.3f, rows) : this;
        }

        private Writer values(String name, float mean, float deviation, long... shape) {
            to.tensorRows(name, WeightTypes.F32, shape,
                    (row, out) -> System.arraycopy(row(name, row, mean, deviation, out.length), 0, out, 0, out.length));
            return this;
        }
    }

    /// A row of a tensor.
    static float[] row(String name, long row, float mean, float deviation, int length) {
        Random random = new Random(name.hashCode() * 31L + row);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = mean + deviation * (float) random.nextGaussian();
        }
        return values;
    }
}
