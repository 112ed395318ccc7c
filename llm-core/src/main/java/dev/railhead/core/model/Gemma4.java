package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.AttentionMask;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.RopeStyle;

/// Gemma 4: Gemma 3 with heads of other lengths on layers with a window, values normalised (and taken from the keys where the
/// file has no `attn_v`), scores not scaled, a factor for each layer. The last layers of the small models read the keys and
/// values of earlier ones, and each layer has an input of its own; the larger one has experts beside the dense network.
final class Gemma4 extends DecoderFamily {
    private static final double WINDOW_BASE = 10000;

    Gemma4() {
        super("gemma4", "Gemma 4 (text; dense, E2B and E4B, 26B-A4B)");
    }

    @Override
    AttentionShape attention(Hyperparameters hp, int layer) {
        boolean window = hp.hasWindow(layer, 0);
        int key = window ? hp.integer("attention.key_length_swa", hp.keyLength()) : hp.keyLength();
        int value = window ? hp.integer("attention.value_length_swa", hp.valueLength()) : hp.valueLength();
        AttentionShape shape = new AttentionShape(hp.headCount()[layer], hp.kvHeadCount()[layer], key, value, 1f);
        return window ? shape.withMask(new AttentionMask(true, hp.integer("attention.sliding_window"))) : shape;
    }

    /// Layers that have keys and values of their own; those behind them share the last ones of their kind.
    private static int layersWithKeys(Hyperparameters hp) {
        return hp.blockCount() - hp.integer("attention.shared_kv_layers", 0);
    }

    @Override
    boolean keepsKeysValues(Hyperparameters hp, int layer) {
        return layer < layersWithKeys(hp);
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Embedding.scaled(b, (float) Math.sqrt(b.width()));
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
        boolean window = shape.mask().window() > 0;
        Rotary rotary = window
                ? b.rotary("window", RopeStyle.NEOX,
                        () -> Rope.unscaled(hp.integer("rope.dimension_count_swa", shape.keyLength()) / 2,
                                hp.positive("rope.freq_base_swa", WINDOW_BASE)))
                : b.rotary(RopeStyle.NEOX);
        int withKeys = layersWithKeys(hp);
        if (i >= withKeys) {
            return Attention.ofQueries(b, i, shape, withKeys - (window ? 2 : 1)).withHeadNorms().withRotary(rotary);
        }
        Attention attention = b.has(i, "attn_v")
                ? Attention.of(b, i, shape)
                : Attention.ofKeysAsValues(b, i, shape);
        return attention.withHeadNorms().withValueNorm().withRotary(rotary);
    }

    private static Layer feedForward(GraphBuilder b, int i) {
        Block dense = new GatedFeedForward(b, i, Activation.GELU);
        Norm norm = b.rmsNorm(i, "ffn_norm");
        Norm post = b.rmsNorm(i, "post_ffw_norm");
        return b.hp().expertCount() == 0
                ? Residual.of(b, norm, dense, post)
                : Residual.of(b, null, new DenseAndExperts(b, i, norm, dense), post);
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return new OutputHead(b, b.rmsNorm("output_norm", b.width()), output(b, embedding), 1f,
                b.hp().orZero("final_logit_softcapping"));
    }
}
