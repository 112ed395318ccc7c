package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// StableLM: layer norms, a quarter of each head rotated, SwiGLU. Without `ffn_norm` attention and feed-forward stand side by
/// side and read the same norm (StableLM 2 12B), and q and k are normalised.
final class StableLm extends DecoderFamily {
    StableLm() {
        super("stablelm", "StableLM");
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        Attention attention = attention(b, i).withHeadLayerNorms().withRotary(b.rotary(RopeStyle.NEOX));
        Norm norm = b.layerNorm(i, "attn_norm");
        Block feedForward = new GatedFeedForward(b, i, Activation.SILU);
        return b.has(i, "ffn_norm")
                ? Residual.of(b, norm, attention).then(Residual.of(b, b.layerNorm(i, "ffn_norm"), feedForward))
                : new ParallelResidual(b, norm, attention, feedForward);
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return new OutputHead(b, b.layerNorm("output_norm", b.width()), ownOutput(b, embedding));
    }
}
