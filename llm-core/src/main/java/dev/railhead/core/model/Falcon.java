package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// Falcon: attention and feed-forward side by side. With two norms (40B) `attn_norm_2` is the attention's and `attn_norm` the
/// feed-forward's. GELU in its tanh form, as in llama.cpp; the makers use erf.
final class Falcon extends DecoderFamily {
    Falcon() {
        super("falcon", "Falcon 7B, 40B, 180B");
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        Attention attention = attention(b, i).withRotary(b.rotary(RopeStyle.NEOX));
        Norm norm = b.layerNorm(i, "attn_norm");
        Norm attentionNorm = b.has(i, "attn_norm_2") ? b.layerNorm(i, "attn_norm_2") : norm;
        return new ParallelResidual(b, attentionNorm, attention, norm, new FeedForward(b, i, Activation.GELU));
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return layerNormHead(b, embedding);
    }
}
