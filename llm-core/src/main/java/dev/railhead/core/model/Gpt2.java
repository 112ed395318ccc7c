package dev.railhead.core.model;

import dev.railhead.spi.Activation;

/// GPT-2: layer norms, learned positions, GELU without a gate, biases everywhere.
final class Gpt2 extends DecoderFamily {
    Gpt2() {
        super("gpt2", "GPT-2");
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Embedding.of(b).withPositions(b);
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        return Residual.of(b, b.layerNorm(i, "attn_norm"), attention(b, i))
                .then(Residual.of(b, b.layerNorm(i, "ffn_norm"), new FeedForward(b, i, Activation.GELU)));
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return layerNormHead(b, embedding);
    }
}
