package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// Phi 3, 3.5 and 4: Llama with RoPE in NEOX order, q, k and v in one tensor and gate and up in another, long or short RoPE
/// factors by the context in use. The file's sliding window is not used, as in llama.cpp.
final class Phi3 extends DecoderFamily {
    Phi3() {
        super("phi3", "Phi 3, 3.5, 4");
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        return preNorm(b, i, attention(b, i).withRotary(b.rotary(RopeStyle.NEOX)),
                new GatedFeedForward(b, i, Activation.SILU));
    }
}
