package dev.railhead.core.model;

import dev.railhead.core.model.ExpertRouting.Gating;
import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// Qwen 3 with experts, without a shared one.
final class Qwen3Moe extends DecoderFamily {
    Qwen3Moe() {
        super("qwen3moe", "Qwen 3 30B-A3B, 235B-A22B, Qwen 3 Coder");
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        return preNorm(b, i, attention(b, i).withHeadNorms().withRotary(b.rotary(RopeStyle.NEOX)),
                new Experts(b, i, Activation.SILU,
                        Experts.rules(b.hp(), Gating.SOFTMAX, true)));
    }
}
