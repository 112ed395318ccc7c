package dev.railhead.core.session;

import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.ValueType;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.gguf.testing.TinyLlama;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Tiny decoders of random weights, made of a tiny llama's vocabulary, embeddings and attention.
enum GeneratedDecoder {
    /// Routing by roots of softplus and within groups, weights not divided by their sum, a fourth axis of RoPE.
    GLM4MOE("glm4moe", 3) {
        @Override
        void layers(Writer w) {
            w.integers(Map.of("attention.head_count_kv", 2, "expert_count", 8, "expert_used_count", 3,
                    "expert_feed_forward_length", 12, "expert_shared_count", 1, "leading_dense_block_count", 1,
                    "expert_group_count", 4, "expert_group_used_count", 2, "expert_gating_func", 4));
            w.number("expert_weights_scale", 1.5f).array("rope.dimension_sections", 1, 1, 1, 1);
            for (int i = 0; i < 3; i++) {
                w.without(i, "ffn_norm").norm(i, "post_attention_norm", WIDTH);
                w.norm(i, "attn_q_norm", 8).norm(i, "attn_k_norm", 8);
                if (i > 0) {
                    w.without(i, "ffn_gate", "ffn_up", "ffn_down").experts(i, 12, 12).bias(i, "exp_probs_b", 8);
                }
            }
        }
    },

    /// YaRN without a logarithm's multiplier, which stretches both the rotation and the scores.
    DEEPSEEK2("deepseek2", 3) {
        @Override
        void layers(Writer w) {
            w.integers(Map.of("attention.head_count_kv", 1, "attention.q_lora_rank", 24, "attention.kv_lora_rank", 16,
                    "attention.key_length", 24, "attention.value_length", 16, "attention.key_length_mla", 20,
                    "attention.value_length_mla", 12, "leading_dense_block_count", 1));
            w.integers(Map.of("expert_count", 8, "expert_used_count", 3, "expert_feed_forward_length", 12,
                    "expert_shared_count", 1, "expert_gating_func", 2, "rope.dimension_count", 8,
                    "rope.scaling.original_context_length", 32));
            w.text("rope.scaling.type", "yarn").number("rope.scaling.factor", 4).number("rope.scaling.attn_factor",
                    1.2f);
            for (int i = 0; i < 3; i++) {
                w.without(i, "attn_q", "attn_k", "attn_v", "attn_output");
                w.linear(i, "attn_q_a", WIDTH, 24).norm(i, "attn_q_a_norm", 24).linear(i, "attn_q_b", 24, 4 * 20);
                w.linear(i, "attn_kv_a_mqa", WIDTH, 16 + 8).norm(i, "attn_kv_a_norm", 16);
                w.random(i, "attn_k_b", 12, 16, 4).random(i, "attn_v_b", 16, 12, 4);
                w.linear(i, "attn_output", 4 * 12, WIDTH);
                if (i > 0) {
                    w.without(i, "ffn_gate", "ffn_up", "ffn_down").experts(i, 12, 12);
                }
            }
        }
    },

    /// A fused projection with a gate, keys of a length that four doesn't divide, shares of RoPE that repeat, lengths of experts
    /// from the network's; keys that the family doesn't ask.
    QWEN35MOE("qwen35moe", 3) {
        @Override
        void layers(Writer w) {
            w.integers(Map.of("attention.head_count_kv", 2, "attention.key_length", 8, "attention.value_length", 8,
                    "expert_count", 8, "expert_used_count", 2, "feed_forward_length", 24, "expert_gating_func", 2));
            w.integers(Map.of("full_attention_interval", 2, "ssm.conv_kernel", 3, "ssm.state_size", 6,
                    "ssm.group_count", 2, "ssm.time_step_rank", 4, "ssm.inner_size", 24));
            w.array("rope.dimension_sections", 1, 1, 1, 0).number("expert_weights_scale", 3);
            for (int i = 0; i < 3; i++) {
                w.without(i, "ffn_norm", "ffn_gate", "ffn_up", "ffn_down", "attn_q", "attn_k", "attn_v");
                w.norm(i, "post_attention_norm", WIDTH).experts(i, 12, 24).random(i, "ffn_gate_inp_shexp", WIDTH);
                if (i == 1) {
                    w.linear(i, "attn_qkv", WIDTH, 64 + 16 + 16).norm(i, "attn_q_norm", 8).norm(i, "attn_k_norm", 8);
                } else {
                    w.without(i, "attn_output").linear(i, "attn_qkv", WIDTH, 48).linear(i, "attn_gate", WIDTH, 24);
                    w.random(i, "ssm_conv1d", 3, 48).linear(i, "ssm_beta", WIDTH, 4).linear(i, "ssm_alpha", WIDTH, 4);
                    w.bias(i, "ssm_dt", 4).vector("blk." + i + ".ssm_a", -1, 4).norm(i, "ssm_norm", 6);
                    w.linear(i, "ssm_out", 24, WIDTH);
                }
            }
        }
    },

    /// Norms of what selects, a state of five numbers.
    MAMBA("mamba", 3) {
        @Override
        void layers(Writer w) {
            w.integers(
                    Map.of("ssm.conv_kernel", 2, "ssm.state_size", 5, "ssm.time_step_rank", 3, "ssm.inner_size", 64));
            w.flag("ssm.dt_b_c_rms").nowhere("attention.head_count").nowhere("feed_forward_length");
            for (int i = 0; i < 3; i++) {
                w.without(i, "ffn_norm", "ffn_gate", "ffn_up", "ffn_down", "attn_q", "attn_k", "attn_v", "attn_output");
                w.linear(i, "ssm_in", WIDTH, 2 * 64).random(i, "ssm_conv1d", 2, 64).bias(i, "ssm_conv1d", 64);
                w.linear(i, "ssm_x", 64, 3 + 5 + 5).linear(i, "ssm_dt", 3, 64).bias(i, "ssm_dt", 64);
                w.values("blk." + i + ".ssm_a", -1, 0.3f, 5, 64).vector("blk." + i + ".ssm_d", 1, 64);
                w.linear(i, "ssm_out", 64, WIDTH);
            }
        }
    },

    /// Keys that the family doesn't ask, a window among them; roots of softplus.
    LFM2MOE("lfm2moe", 3) {
        @Override
        void layers(Writer w) {
            w.integers(Map.of("shortconv.l_cache", 4, "attention.sliding_window", 8, "expert_count", 8,
                    "expert_used_count", 2, "expert_feed_forward_length", 12, "leading_dense_block_count", 1,
                    "expert_gating_func", 4));
            w.array("attention.head_count_kv", 0, 2, 0).number("expert_weights_scale", 3);
            w.renameNorm("output_norm", "token_embd_norm");
            for (int i = 0; i < 3; i++) {
                if (i == 1) {
                    w.norm(i, "attn_q_norm", 8).norm(i, "attn_k_norm", 8);
                } else {
                    w.without(i, "attn_q", "attn_k", "attn_v", "attn_output");
                    w.linear(i, "shortconv.in_proj", WIDTH, 3 * WIDTH).linear(i, "shortconv.out_proj", WIDTH, WIDTH);
                    w.random(i, "shortconv.conv", 4, WIDTH);
                }
                if (i > 0) {
                    w.without(i, "ffn_gate", "ffn_up", "ffn_down").chosen(i, 12).bias(i, "exp_probs_b", 8);
                }
            }
        }
    },

    /// A convolution that can be centered.
    LFM2("lfm2", 3) {
        @Override
        void layers(Writer w) {
            w.integers(Map.of("shortconv.l_cache", 5, "pooling_type", 1)).array("attention.head_count_kv", 0, 2, 0);
            w.renameNorm("output_norm", "token_embd_norm").norm(1, "attn_q_norm", 8).norm(1, "attn_k_norm", 8);
            for (int i = 0; i < 3; i += 2) {
                w.without(i, "attn_q", "attn_k", "attn_v", "attn_output");
                w.linear(i, "shortconv.in_proj", WIDTH, 3 * WIDTH).linear(i, "shortconv.out_proj", WIDTH, WIDTH);
                w.random(i, "shortconv.conv", 5, WIDTH);
            }
        }
    };

    private static final int WIDTH = 32;

    private final String family;
    private final int blocks;

    GeneratedDecoder(String family, int blocks) {
        this.family = family;
        this.blocks = blocks;
    }

    abstract void layers(Writer w);

    /// The full key of a hyperparameter.
    String key(String name) {
        return family + "." + name;
    }

    /// The model, to be written.
    GgufWriter writer() {
        GgufWriter writer = new TinyLlama(WIDTH, 64, blocks, 4, 2, 128, WeightTypes.byName("F32"), 1).writer();
        var own = new Writer(family, writer.put("general.architecture", family));
        own.integers(Map.of("context_length", 128, "embedding_length", WIDTH, "block_count", blocks,
                "feed_forward_length", 64, "attention.head_count", 4));
        own.number("attention.layer_norm_rms_epsilon", 1e-5f);
        layers(own);
        return writer;
    }

    /// Keys of a family and tensors of random values.
    private record Writer(String family, GgufWriter to) {
        private Writer integers(Map<String, Integer> values) {
            values.forEach((key, value) -> to.put(family + "." + key, value));
            return this;
        }

        private Writer number(String key, float value) {
            to.put(family + "." + key, value);
            return this;
        }

        private Writer text(String key, String value) {
            to.put(family + "." + key, value);
            return this;
        }

        private Writer array(String key, long... values) {
            to.putArray(family + "." + key, ValueType.INT32, values);
            return this;
        }

        private Writer without(int layer, String... parts) {
            List.of(parts).forEach(part -> to.removeTensor("blk." + layer + "." + part + ".weight"));
            return this;
        }

        private Writer norm(int layer, String part, int length) {
            return vector("blk." + layer + "." + part + ".weight", 1, length);
        }

        private Writer bias(int layer, String part, int length) {
            return vector("blk." + layer + "." + part + ".bias", 0, length);
        }

        private Writer vector(String name, float mean, int length) {
            return values(name, mean, 0.3f, length);
        }

        private Writer linear(int layer, String part, int columns, int rows) {
            return values("blk." + layer + "." + part + ".weight", 0, 1.5f / (float) Math.sqrt(columns), columns, rows);
        }

        private Writer random(int layer, String part, long... shape) {
            return values("blk." + layer + "." + part + ".weight", 0, 0.4f, shape);
        }

        private Writer flag(String key) {
            to.put(family + "." + key, true);
            return this;
        }

        private Writer nowhere(String key) {
            to.remove(family + "." + key);
            return this;
        }

        private Writer renameNorm(String from, String name) {
            to.removeTensor(from + ".weight");
            return vector(name + ".weight", 1, WIDTH);
        }

        /// Eight experts.
        private Writer chosen(int layer, int length) {
            linear(layer, "ffn_gate_inp", WIDTH, 8).random(layer, "ffn_gate_exps", WIDTH, length, 8);
            return random(layer, "ffn_up_exps", WIDTH, length, 8).random(layer, "ffn_down_exps", length, WIDTH, 8);
        }

        /// Eight experts and one for all rows.
        private Writer experts(int layer, int length, int shared) {
            chosen(layer, length).linear(layer, "ffn_gate_shexp", WIDTH, shared);
            return linear(layer, "ffn_up_shexp", WIDTH, shared).linear(layer, "ffn_down_shexp", shared, WIDTH);
        }

        private Writer values(String name, float mean, float deviation, long... shape) {
            to.tensorRows(name, WeightTypes.byName("F32"), shape, (row, out) -> {
                Random random = new Random(name.hashCode() * 31L + row);
                for (int i = 0; i < out.length; i++) {
                    out[i] = mean + deviation * (float) random.nextGaussian();
                }
            });
            return this;
        }
    }
}
