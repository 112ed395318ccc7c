package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// StarCoder 2: layer norms, RoPE in NEOX order, GELU without a gate, biases everywhere.
final class StarCoder2 extends DecoderFamily {
    StarCoder2() {
        super("starcoder2", "StarCoder 2");
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        return Residual.of(b, b.layerNorm(i, "attn_norm"), attention(b, i).withRotary(b.rotary(RopeStyle.NEOX)))
                .then(Residual.of(b, b.layerNorm(i, "ffn_norm"), new FeedForward(b, i, Activation.GELU)));
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return layerNormHead(b, embedding);
    }
}
