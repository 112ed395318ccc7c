package dev.railhead.core.model;

import dev.railhead.spi.AttentionMask;
import dev.railhead.spi.AttentionShape;

/// EmbeddingGemma (Vera et al., 2025): the layers of Gemma 3, whose tokens see those behind them too, and whose window reaches
/// half as far to both sides.
final class GemmaEmbedding extends EncoderFamily {
    GemmaEmbedding() {
        super("gemma-embedding", "EmbeddingGemma");
    }

    @Override
    AttentionShape attention(Hyperparameters hp, int layer) {
        AttentionShape shape = super.attention(hp, layer);
        return Gemma3.hasWindow(hp, layer) ? shape.withMask(new AttentionMask(false, hp.slidingWindow())) : shape;
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Gemma3.scaledEmbedding(b);
    }

    @Override
    EncoderLayer layer(GraphBuilder b, int i) {
        Attention attention = attention(b, i);
        return new EncoderLayer(b, b.rmsNorm(i, "attn_norm"), attention, Gemma3.layer(b, i, attention));
    }

    @Override
    Norm finalNorm(GraphBuilder b) {
        return b.rmsNorm("output_norm", b.width());
    }
}
