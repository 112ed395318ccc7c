package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.AttentionMask;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.RopeStyle;

/// Gemma 4: Gemma 3 with heads of other lengths on layers with a window, values normalised (and taken from the keys where the
/// file has no `attn_v`), scores not scaled, a factor for each layer. The last layers of the small models read the keys and
/// values of earlier ones, and each layer has an input of its own; the larger one has experts beside the dense network.
final class Gemma4 extends DecoderFamily {
    private static final float LOGIT_SOFTCAP = 30; // 0 in the file means none

    Gemma4() {
        super("gemma4", "Gemma 4 (text; dense, E2B and E4B, 26B-A4B)");
    }

    @Override
    AttentionShape attention(Hyperparameters hp, int layer) {
        boolean window = hp.hasWindow(layer, 1);
        int key = window ? hp.integer("attention.key_length_swa", hp.keyLength()) : hp.keyLength();
        int value = window ? hp.integer("attention.value_length_swa", hp.valueLength()) : hp.valueLength();
        AttentionShape shape = new AttentionShape(hp.headCount()[layer], hp.kvHeadCount()[layer], key, value, 1f);
        return window ? shape.withMask(new AttentionMask(true, hp.integer("attention.sliding_window"))) : shape;
    }

    /// Layers that have keys and values of their own; those behind them share the last ones of their kind.
    private static int layersWithKeys(Hyperparameters hp) {
        int shared = hp.integer("attention.shared_kv_layers", 0);
        if (shared >= hp.blockCount()) {
            throw hp.metadata().error(hp.key("attention.shared_kv_layers"),
                    "fewer than the " + hp.blockCount() + " layers", Integer.toString(shared));
        }
        return hp.blockCount() - shared;
    }

    /// The layer whose keys and values one without its own reads: the last or the one before it, as both see the same.
    private int layerOfKeys(Hyperparameters hp, int layer) {
        AttentionShape shape = attention(hp, layer);
        int other = layersWithKeys(hp) - (shape.mask().window() > 0 ? 2 : 1);
        AttentionShape kept = other < 0 ? null : attention(hp, other);
        if (kept == null || !kept.mask().equals(shape.mask()) || kept.kvHeadCount() != shape.kvHeadCount()
                || kept.keyLength() != shape.keyLength()
                || kept.valueLength() != shape.valueLength()) {
            throw hp.metadata().error(hp.key("attention.shared_kv_layers"),
                    "keys and values of layer " + other + " that fit layer " + layer,
                    kept == null ? "no such layer" : "others");
        }
        return other;
    }

    @Override
    boolean keepsKeysValues(Hyperparameters hp, int layer) {
        return layer < layersWithKeys(hp);
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Gemma3.scaledEmbedding(b);
    }

    @Override
    Layer[] layers(GraphBuilder b) {
        Layer[] layers = super.layers(b);
        int length = b.hp().integer("embedding_length_per_layer_input", 0);
        if (length > 0) {
            PerLayerInput inputs = new PerLayerInput(b, length);
            Layer prepare = inputs::prepare;
            for (int i = 0; i < layers.length; i++) {
                layers[i] = layers[i].then(inputs.layer(i));
            }
            layers[0] = prepare.then(layers[0]);
        }
        for (int i = 0; i < layers.length; i++) {
            String scale = GraphBuilder.name(i, "layer_output_scale.weight");
            if (b.weights().has(scale)) {
                float factor = b.weights().vector(scale, 1)[0];
                layers[i] = layers[i].then((x, step) -> Rows.scale(x, step.rows(), factor));
            }
        }
        return layers;
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        return Residual
                .of(b, b.rmsNorm(i, "attn_norm"), attentionBlock(b, i), b.rmsNorm(i, "post_attention_norm"))
                .then(feedForward(b, i));
    }

    private Block attentionBlock(GraphBuilder b, int i) {
        Hyperparameters hp = b.hp();
        AttentionShape shape = attention(hp, i);
        Rotary rotary = shape.mask().window() > 0
                ? Gemma3.windowRotary(b, windowPairs(hp, shape))
                : b.rotary("all", RopeStyle.NEOX, () -> rope(b, shape));
        if (!keepsKeysValues(hp, i)) {
            b.weights().leaveOut(GraphBuilder.name(i, "attn_k_norm") + ".weight");
            return Attention.ofQueries(b, i, shape, layerOfKeys(hp, i)).withHeadNorms().withRotary(rotary);
        }
        Attention attention = b.has(i, "attn_v") || b.has(i, "attn_qkv")
                ? Attention.of(b, i, shape)
                : Attention.ofKeysAsValues(b, i, shape);
        return attention.withHeadNorms().withValueNorm().withRotary(rotary);
    }

    /// Angles of layers that see everything. `rope_freqs` has a factor for each pair of a head, whether it is rotated or not.
    private static Rope rope(GraphBuilder b, AttentionShape shape) {
        return Rope.of(b.hp(), b.weights().positiveVector("rope_freqs.weight", shape.keyLength() / 2));
    }

    /// Rotated pairs of layers with a window: half of `rope.dimension_count_swa`, by default as many as on the others.
    private static int windowPairs(Hyperparameters hp, AttentionShape shape) {
        String name = "rope.dimension_count_swa";
        int count = hp.integer(name, 2 * Rope.pairs(hp));
        if (count % 2 != 0 || count > shape.keyLength()) {
            throw hp.metadata().error(hp.key(name), "an even number up to the head length " + shape.keyLength(),
                    Integer.toString(count));
        }
        return count / 2;
    }

    private static Layer feedForward(GraphBuilder b, int i) {
        Block dense = new GatedFeedForward(b, i, Activation.GELU);
        Norm norm = b.rmsNorm(i, "ffn_norm");
        Norm post = b.rmsNorm(i, "post_ffw_norm");
        boolean withoutExperts = !b.has(i, "ffn_gate_inp") && !b.has(i, "ffn_down_exps");
        return withoutExperts
                ? Residual.of(b, norm, dense, post)
                : Residual.of(b, null, new DenseAndExperts(b, i, norm, dense), post);
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return cappedHead(b, embedding, b.hp().orZero("final_logit_softcapping", LOGIT_SOFTCAP));
    }
}
