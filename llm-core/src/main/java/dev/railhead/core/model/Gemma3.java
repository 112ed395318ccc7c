package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.RopeStyle;

/// Gemma 3: embeddings times √width, norms before and after each branch, a norm over each head of q and k, GeGLU. Five of six
/// layers see a window and rotate by a base of their own; the others stretch their positions. The norms' weights are stored
/// with 1 added.
final class Gemma3 extends DecoderFamily {
    private static final int PERIOD = 6;
    private static final double WINDOW_BASE = 10000;

    /// The model with 27 billion parameters is told by its layers; its queries are scaled by width / heads.
    private static final int LAYERS_27B = 62;

    Gemma3() {
        super("gemma3", "Gemma 3 (text)");
    }

    @Override
    AttentionShape attention(Hyperparameters hp, int layer) {
        AttentionShape shape = hp.windowedShape(layer, PERIOD).withSoftcap(hp.orZero("attn_logit_softcapping"));
        return hp.blockCount() == LAYERS_27B ? shape.withScale(hp.widthPerHeadScale()) : shape;
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Embedding.scaled(b, (float) Math.sqrt(b.width()));
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        Rotary rotary = b.hp().windowedShape(i, PERIOD).mask().window() > 0
                ? b.unscaledRotary(RopeStyle.NEOX, b.hp().positive("rope.freq_base_swa", WINDOW_BASE))
                : b.rotary(RopeStyle.NEOX);
        return prePostNorm(b, i, attention(b, i).withHeadNorms().withRotary(rotary),
                new GatedFeedForward(b, i, Activation.GELU));
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return new OutputHead(b, b.rmsNorm("output_norm", b.width()), output(b, embedding), 1f,
                b.hp().orZero("final_logit_softcapping"));
    }
}
