package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// Gemma 1: Llama with embeddings times √width, RoPE in NEOX order and GeGLU. The norms' weights are stored with 1 added.
final class Gemma extends DecoderFamily {
    Gemma() {
        super("gemma", "Gemma 1");
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Gemma3.scaledEmbedding(b);
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        return preNorm(b, i, attention(b, i).withRotary(b.rotary(RopeStyle.NEOX)),
                new GatedFeedForward(b, i, Activation.GELU));
    }
}
