package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// EuroBERT (Boizard et al., 2025): the layers of Llama, with RoPE in NEOX order, whose tokens see those behind them too.
final class EuroBert extends EncoderFamily {
    EuroBert() {
        super("eurobert", "EuroBERT, Jina Embeddings 5 nano");
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Embedding.of(b);
    }

    @Override
    EncoderLayer layer(GraphBuilder b, int i) {
        return preNorm(b, i, attention(b, i).withRotary(b.rotary(RopeStyle.NEOX)),
                new GatedFeedForward(b, i, Activation.SILU));
    }

    @Override
    Norm finalNorm(GraphBuilder b) {
        return b.rmsNorm("output_norm", b.width());
    }
}
