package dev.railhead.core.session;

import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.gguf.testing.TinyLlama;
import java.util.List;
import java.util.Map;

/// A tiny T5 of random weights, the same for the same numbers: heads whose sum is not the width, a number of buckets that four
/// doesn't divide.
///
/// @param encoderLayers layers of the encoder
/// @param workingLayers those of the encoder that add something; the others have zeros where they would
/// @param decoderLayers layers of the decoder
/// @param gated GELU with a gate instead of ReLU, and a matrix of its own for the output
record GeneratedT5(int encoderLayers, int workingLayers, int decoderLayers, boolean gated) {
    /// As many as the encoder has, and four more.
    static final GeneratedT5 DEEP_DECODER = new GeneratedT5(2, 2, 6, false);

    /// The same function as [#DEEP_DECODER], for the reference can't load that.
    static final GeneratedT5 DEEP = new GeneratedT5(6, 2, 6, false);

    static final GeneratedT5 SHALLOW_DECODER = new GeneratedT5(3, 3, 1, true);

    private static final int WIDTH = 48;
    private static final int FEED_FORWARD = 70;
    private static final int HEADS = 3;
    private static final int HEAD = 10;
    private static final int BUCKETS = 10;

    byte[] file() {
        GgufWriter writer = new GgufWriter().put("general.architecture", "t5");
        TinyLlama.vocabulary(writer);
        Map.of("context_length", 1024, "embedding_length", WIDTH, "block_count", encoderLayers, "decoder_block_count",
                decoderLayers, "feed_forward_length", FEED_FORWARD, "attention.head_count", HEADS,
                "attention.key_length", HEAD, "attention.value_length", HEAD, "attention.relative_buckets_count",
                BUCKETS).forEach((key, value) -> writer.put("t5." + key, value));
        writer.put("t5.attention.layer_norm_rms_epsilon", 1e-6f);
        values(writer, "token_embd.weight", 0, 1, WIDTH, TinyLlama.VOCABULARY);
        if (gated) {
            linear(writer, "output.weight", WIDTH, TinyLlama.VOCABULARY, 1);
        }
        norm(writer, "enc.output_norm");
        norm(writer, "dec.output_norm");
        for (int i = 0; i < encoderLayers; i++) {
            layer(writer, "enc.blk." + i + ".", i == 0, List.of("attn_"), i < workingLayers ? 1 : 0);
        }
        for (int i = 0; i < decoderLayers; i++) {
            layer(writer, "dec.blk." + i + ".", i == 0, List.of("attn_", "cross_attn_"), 1);
        }
        return writer.toByteArray();
    }

    private void layer(GgufWriter writer, String block, boolean first, List<String> attentions, float factor) {
        if (first) {
            values(writer, block + "attn_rel_b.weight", 0, 1, HEADS, BUCKETS);
        }
        for (String attention : attentions) {
            norm(writer, block + attention + "norm");
            for (String part : List.of("q", "k", "v")) { // small, since scores are not scaled
                values(writer, block + attention + part + ".weight", 0, 0.1f, WIDTH, HEADS * HEAD);
            }
            linear(writer, block + attention + "o.weight", HEADS * HEAD, WIDTH, factor);
        }
        norm(writer, block + "ffn_norm");
        if (gated) {
            linear(writer, block + "ffn_gate.weight", WIDTH, FEED_FORWARD, 1);
        }
        linear(writer, block + "ffn_up.weight", WIDTH, FEED_FORWARD, 1);
        linear(writer, block + "ffn_down.weight", FEED_FORWARD, WIDTH, factor);
    }

    private static void norm(GgufWriter writer, String name) {
        values(writer, name + ".weight", 1, 0.3f, WIDTH);
    }

    private static void linear(GgufWriter writer, String name, int columns, int rows, float factor) {
        values(writer, name, 0, factor * 1.5f / (float) Math.sqrt(columns), columns, rows);
    }

    private static void values(GgufWriter writer, String name, float mean, float deviation, long... shape) {
        writer.tensorRows(name, WeightTypes.F32, shape, (row, out) -> System.arraycopy(
                GeneratedEncoder.row(name, row, mean, deviation, out.length), 0, out, 0, out.length));
    }
}
