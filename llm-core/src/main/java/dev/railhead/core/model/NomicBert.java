package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// Nomic Embed 1 and 1.5 (Nussbaum et al., 2024): BERT with RoPE in NEOX order instead of learned positions, SwiGLU, and no
/// biases: the feed-forward network's, should a file have any, are not added, as in llama.cpp.
final class NomicBert extends EncoderFamily {
    NomicBert() {
        super("nomic-bert", "Nomic Embed 1 and 1.5");
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Embedding.of(b).withFirstType(b).withNorm(b.layerNorm("token_embd_norm", b.width()));
    }

    @Override
    EncoderLayer layer(GraphBuilder b, int i) {
        return postNorm(b, i, attention(b, i).withRotary(b.rotary(RopeStyle.NEOX)),
                new GatedFeedForward(b, i, Activation.SILU).withoutBiases());
    }
}
