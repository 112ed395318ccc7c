package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// NeoBERT (Le Breton et al., 2025): root mean square norms before each branch and at the end, RoPE in NORM order, SwiGLU.
final class NeoBert extends EncoderFamily {
    NeoBert() {
        super("neo-bert", "NeoBERT");
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Embedding.of(b);
    }

    @Override
    EncoderLayer layer(GraphBuilder b, int i) {
        return preNorm(b, i, attention(b, i).withRotary(b.rotary(RopeStyle.NORM)),
                new GatedFeedForward(b, i, Activation.SILU));
    }

    @Override
    Norm finalNorm(GraphBuilder b) {
        return b.rmsNorm("enc.output_norm", b.width());
    }
}
