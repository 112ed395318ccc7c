package dev.railhead.core.model;

import dev.railhead.core.model.ExpertRouting.Gating;
import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// Qwen 1.5 and 2 with experts: their weights are not divided by their sum, and a shared expert is weighed by a sigmoid.
final class Qwen2Moe extends DecoderFamily {
    Qwen2Moe() {
        super("qwen2moe", "Qwen 1.5 MoE, Qwen 2 57B-A14B");
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return new OutputHead(b, b.rmsNorm("output_norm", b.width()), ownOutput(b, embedding));
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        Experts experts = new Experts(b, i, Activation.SILU,
                Experts.rules(b.hp(), Gating.SOFTMAX, false));
        int length = b.hp().experts().sharedFeedForwardLength(0);
        Block shared = new GatedFeedForward(b, i, Activation.SILU,
                length > 0 ? length : b.hp().feedForwardLength()[i], "_shexp");
        return preNorm(b, i, attention(b, i).withRotary(b.rotary(RopeStyle.NEOX)),
                new SharedExpert(b, i, experts, shared, true));
    }
}
