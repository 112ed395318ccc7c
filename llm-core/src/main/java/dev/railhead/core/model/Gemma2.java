package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.RopeStyle;

/// Gemma 2: embeddings times √width, norms before and after each branch, GeGLU, capped scores and logits; every other layer sees
/// a window. The norms' weights are stored with 1 added.
final class Gemma2 extends DecoderFamily {
    private static final int PERIOD = 2;
    private static final int WINDOW = 4096;
    private static final float ATTENTION_SOFTCAP = 50;
    private static final float LOGIT_SOFTCAP = 30;

    /// The model with 27 billion parameters is told by its layers; its queries are scaled by width / heads.
    private static final int LAYERS_27B = 46;

    Gemma2() {
        super("gemma2", "Gemma 2");
    }

    @Override
    AttentionShape attention(Hyperparameters hp, int layer) {
        AttentionShape shape = hp.windowedShape(layer, PERIOD, WINDOW)
                .withSoftcap((float) hp.positive("attn_logit_softcapping", ATTENTION_SOFTCAP));
        return hp.blockCount() == LAYERS_27B ? shape.withScale(hp.widthPerHeadScale()) : shape;
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Gemma3.scaledEmbedding(b);
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        Rotary rotary = b.hp().hasWindow(i, PERIOD) ? b.windowRotary(RopeStyle.NEOX) : b.rotary(RopeStyle.NEOX);
        return prePostNorm(b, i, attention(b, i).withRotary(rotary),
                new GatedFeedForward(b, i, Activation.GELU));
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return cappedHead(b, embedding, (float) b.hp().positive("final_logit_softcapping", LOGIT_SOFTCAP));
    }
}
