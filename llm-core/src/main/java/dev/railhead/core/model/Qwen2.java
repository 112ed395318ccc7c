package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// Qwen 2 and 2.5: Llama with RoPE in NEOX order and biases of q, k and v.
final class Qwen2 extends DecoderFamily {
    Qwen2() {
        super("qwen2", "Qwen 1.5, 2, 2.5, DeepSeek R1 Distill Qwen");
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        return preNorm(b, i, attention(b, i).withRotary(b.rotary(RopeStyle.NEOX)),
                new GatedFeedForward(b, i, Activation.SILU));
    }
}
