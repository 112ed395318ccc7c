package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// SmolLM 3: Llama of which every fourth layer has no positions.
final class SmolLm3 extends DecoderFamily {
    private static final int PERIOD = 4;

    SmolLm3() {
        super("smollm3", "SmolLM 3");
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        Attention attention = attention(b, i);
        if ((i + 1) % PERIOD != 0) {
            attention.withRotary(b.rotary(RopeStyle.NORM));
        }
        return preNorm(b, i, attention, new GatedFeedForward(b, i, Activation.SILU));
    }
}
