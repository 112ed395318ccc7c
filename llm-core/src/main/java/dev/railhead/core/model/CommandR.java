package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// Command R and R+: attention and feed-forward read the same norm, a layer norm without bias, and are added together; logits
/// are scaled. The larger model has a norm of q and k.
final class CommandR extends DecoderFamily {
    CommandR() {
        super("command-r", "Command R, R+");
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        Attention attention = attention(b, i).withHeadLayerNorms().withRotary(b.rotary(RopeStyle.NORM));
        return new ParallelResidual(b, b.layerNorm(i, "attn_norm"), attention,
                new GatedFeedForward(b, i, Activation.SILU));
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return new OutputHead(b, b.layerNorm("output_norm", b.width()), output(b, embedding),
                b.hp().logitScale(), 0f);
    }
}
