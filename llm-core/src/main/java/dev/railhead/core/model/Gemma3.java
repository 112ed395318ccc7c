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
        AttentionShape shape = hp.windowedShape(layer, PERIOD);
        return hp.blockCount() == LAYERS_27B ? shape.withScale(hp.widthPerHeadScale()) : shape;
    }

    /// Whether a layer sees a window only.
    static boolean hasWindow(Hyperparameters hp, int layer) {
        return hp.slidingWindow() > 0 && hp.hasWindow(layer, PERIOD);
    }

    /// The embedding of all Gemma models.
    static Embedding scaledEmbedding(GraphBuilder b) {
        return Embedding.scaled(b, (float) Math.sqrt(b.width()));
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return scaledEmbedding(b);
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        return layer(b, i, attention(b, i));
    }

    /// A layer whose attention may see what it likes.
    static Layer layer(GraphBuilder b, int i, Attention attention) {
        Rotary rotary = hasWindow(b.hp(), i)
                ? windowRotary(b, Rope.pairs(b.hp()))
                : b.rotary(RopeStyle.NEOX);
        return DecoderFamily.prePostNorm(b, i, attention.withHeadNorms().withRotary(rotary),
                new GatedFeedForward(b, i, Activation.GELU));
    }

    /// The rotation of layers with a window: a base of their own, positions as they are; the same object for every layer.
    ///
    /// @param pairs of a head that are rotated
    static Rotary windowRotary(GraphBuilder b, int pairs) {
        double base = b.hp().positive("rope.freq_base_swa", WINDOW_BASE);
        return b.rotary("window", RopeStyle.NEOX, () -> Rope.unstretched(b.hp(), pairs, base));
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return cappedHead(b, embedding, b.hp().orZero("final_logit_softcapping"));
    }
}
