package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// Jina Embeddings 3 (Sturua et al., 2024): XLM-RoBERTa with RoPE in NEOX order instead of learned positions. The adapters for
/// tasks are files of their own, and not used. GELU has its tanh form, as in llama.cpp.
final class JinaBertV3 extends EncoderFamily {
    JinaBertV3() {
        super("jina-bert-v3", "Jina Embeddings 3");
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Embedding.of(b).withFirstType(b).withNorm(b.layerNorm("token_embd_norm", b.width()));
    }

    @Override
    EncoderLayer layer(GraphBuilder b, int i) {
        return postNorm(b, i, attention(b, i).withRotary(b.rotary(RopeStyle.NEOX)),
                new FeedForward(b, i, Activation.GELU));
    }
}
