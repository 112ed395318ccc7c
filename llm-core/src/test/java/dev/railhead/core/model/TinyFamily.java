package dev.railhead.core.model;

import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Session;
import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.ValueType;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.ByteArrayInputStream;
import java.util.Random;
import java.util.stream.IntStream;

/// The tiny llama as a model of another family: its keys under another prefix, and what tensors a test adds. The same calls give
/// the same file.
final class TinyFamily {
    static final int WIDTH = 32;
    static final int FEED_FORWARD = 64;
    static final int LAYERS = 2;
    static final int HEADS = 4;
    static final int HEAD = 8;

    private static final BlockType F32 = WeightTypes.byName("F32");
    private static final int CONTEXT = 512;
    private static final int[] TOKENS = IntStream.range(0, 24).map(i -> 3 + 37 * i % 250).toArray();

    private final String family;
    private final GgufWriter writer = TinyLlama.defaults().writer();

    private TinyFamily(String family) {
        this.family = family;
        writer.put("general.architecture", family);
        key("context_length", CONTEXT).key("embedding_length", WIDTH).key("block_count", LAYERS)
                .key("feed_forward_length", FEED_FORWARD).key("attention.head_count", HEADS)
                .key("attention.head_count_kv", 2).key("attention.layer_norm_rms_epsilon", 1e-5f)
                .key("logit_scale", 1f); // what Granite must have
    }

    static TinyFamily of(String family) {
        return new TinyFamily(family);
    }

    /// With a router and experts in place of each layer's network.
    TinyFamily experts(int count, int used, int length) {
        key("expert_count", count).key("expert_used_count", used);
        for (String part : new String[]{"ffn_gate", "ffn_up", "ffn_down"}) {
            for (int layer = 0; layer < LAYERS; layer++) {
                writer.removeTensor("blk." + layer + "." + part + ".weight");
            }
        }
        return matrix("ffn_gate_inp.weight", 4, WIDTH, count).matrix("ffn_gate_exps.weight", 1, WIDTH, length, count)
                .matrix("ffn_up_exps.weight", 1, WIDTH, length, count)
                .matrix("ffn_down_exps.weight", 1, length, WIDTH, count);
    }

    /// With norms behind the branches and over the heads of q and k, as Gemma has them.
    TinyFamily gemmaNorms() {
        return norm("post_attention_norm.weight", 1, WIDTH).norm("post_ffw_norm.weight", 1, WIDTH);
    }

    /// With norms over the heads of q and k.
    TinyFamily headNorms(float ofQueries) {
        return norm("attn_q_norm.weight", ofQueries, HEAD).norm("attn_k_norm.weight", 1, HEAD);
    }

    TinyFamily key(String name, long value) {
        writer.put(family + "." + name, value);
        return this;
    }

    TinyFamily withoutKey(String name) {
        writer.remove(family + "." + name);
        return this;
    }

    TinyFamily key(String name, float value) {
        writer.put(family + "." + name, value);
        return this;
    }

    TinyFamily key(String name, boolean value) {
        writer.put(family + "." + name, value);
        return this;
    }

    TinyFamily key(String name, String value) {
        writer.put(family + "." + name, value);
        return this;
    }

    TinyFamily key(String name, boolean... values) {
        writer.putArray(family + "." + name, ValueType.BOOL, values);
        return this;
    }

    /// A tensor of each layer, random but the same for the same name, times a factor.
    TinyFamily matrix(String part, float factor, long... shape) {
        for (int layer = 0; layer < LAYERS; layer++) {
            random("blk." + layer + "." + part, 0, factor / (float) Math.sqrt(shape[0]), shape);
        }
        return this;
    }

    /// As [#matrix], around a factor.
    TinyFamily norm(String part, float factor, long... shape) {
        for (int layer = 0; layer < LAYERS; layer++) {
            random("blk." + layer + "." + part, factor, 0.1f * factor, shape);
        }
        return this;
    }

    /// A tensor of the whole model, around a mean.
    TinyFamily tensor(String name, float mean, float deviation, long... shape) {
        random(name, mean, deviation, shape);
        return this;
    }

    /// Without a tensor.
    TinyFamily without(String name) {
        writer.removeTensor(name);
        return this;
    }

    private void random(String name, float mean, float deviation, long... shape) {
        writer.removeTensor(name);
        writer.tensorRows(name, F32, shape, (row, out) -> {
            var random = new Random(name.hashCode() * 1_000_003L + row);
            for (int i = 0; i < out.length; i++) {
                out[i] = mean + deviation * (float) random.nextGaussian();
            }
        });
    }

    /// The logits after a text.
    float[] logits() {
        return logits(CONTEXT);
    }

    /// The logits after a text in a context of another length.
    float[] logits(int contextLength) {
        try (Model model = Model.load(family, new ByteArrayInputStream(writer.toByteArray()),
                ModelOptions.defaults().withContextLength(contextLength));
                Session session = model.newSession()) {
            session.prefill(TOKENS);
            return session.logits();
        }
    }
}
