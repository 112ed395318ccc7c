package dev.railhead.core.model;

import dev.railhead.core.model.ExpertRouting.Gating;
import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// OLMoE: a norm over all heads of q and k together; experts as long as `feed_forward_length`,
/// whose weights are not divided by their sum.
final class Olmoe extends DecoderFamily {
    Olmoe() {
        super("olmoe", "OLMoE");
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        return preNorm(b, i, attention(b, i).withFullNorms().withRotary(b.rotary(RopeStyle.NEOX)),
                new Experts(b, i, Activation.SILU, b.hp().feedForwardLength()[i],
                        Experts.rules(b.hp(), Gating.SOFTMAX, false)));
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return new OutputHead(b, b.rmsNorm("output_norm", b.width()), ownOutput(b, embedding));
    }
}
