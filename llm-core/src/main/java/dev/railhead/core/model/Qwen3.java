package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// Qwen 3: Llama with RoPE in NEOX order, a norm over each head of q and k, and heads of a length of their own.
final class Qwen3 extends DecoderFamily {
    Qwen3() {
        super("qwen3", "Qwen 3");
    }

    @Override
    public RankHead.Rule rankRule() {
        return RankHead.Rule.LAST_SOFTMAX;
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        return preNorm(b, i, attention(b, i).withHeadNorms().withRotary(b.rotary(RopeStyle.NEOX)),
                new GatedFeedForward(b, i, Activation.SILU));
    }
}
