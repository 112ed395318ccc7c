package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.AttentionMask;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.RopeStyle;

/// Gemma 3: embeddings times √width, norms before and after each branch, a norm over each head of q and k, GeGLU. Five of six
/// layers see a window and rotate by a base of their own; the others stretch their positions. The norms' weights are stored
/// with 1 added.
final class Gemma3 extends DecoderFamily {
    private static final int PERIOD = 6;
    private static final double WINDOW_BASE = 10000;

    /// Layers and attention of the model with 27 billion parameters, whose queries are scaled by width / heads.
    private static final int LAYERS_27B = 62;

    Gemma3() {
        super("gemma3");
    }

    private static boolean hasWindow(Hyperparameters hp, int layer) {
        return hp.slidingWindow() > 0 && hp.hasWindow(layer, PERIOD);
    }

    @Override
    AttentionShape attention(Hyperparameters hp, int layer) {
        AttentionShape shape = hp.attentionShape(layer);
        if (hp.blockCount() == LAYERS_27B) {
            shape = shape.withScale((float) (1 / Math.sqrt((double) hp.embeddingLength() / shape.headCount())));
        }
        float softcap = hp.orZero("attn_logit_softcapping");
        return (hasWindow(hp, layer) ? shape.withMask(new AttentionMask(true, hp.slidingWindow())) : shape)
                .withSoftcap(softcap);
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Embedding.scaled(b, (float) Math.sqrt(b.width()));
    }

    @Override
    Layer[] layers(GraphBuilder b) {
        Hyperparameters hp = b.hp();
        Rotary all = b.rotary(RopeStyle.NEOX);
        Rotary window = b.rotary(
                Rope.unscaled(Rope.pairs(hp), hp.positive("rope.freq_base_swa", WINDOW_BASE)), RopeStyle.NEOX);
        Layer[] layers = new Layer[hp.blockCount()];
        for (int i = 0; i < layers.length; i++) {
            Block attention = new Attention(b, i, shape(b, i)).withHeadNorms()
                    .withRotary(hasWindow(hp, i) ? window : all);
            layers[i] = Residual
                    .of(b, b.rmsNorm(i, "attn_norm"), attention, b.rmsNorm(i, "post_attention_norm"))
                    .then(Residual.of(b, b.rmsNorm(i, "ffn_norm"), new GatedFeedForward(b, i, Activation.GELU),
                            b.rmsNorm(i, "post_ffw_norm")));
        }
        return layers;
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return new OutputHead(b, b.rmsNorm("output_norm", b.width()), output(b, embedding), 1f,
                b.hp().orZero("final_logit_softcapping"));
    }
}
