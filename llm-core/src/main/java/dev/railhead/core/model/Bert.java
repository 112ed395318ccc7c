package dev.railhead.core.model;

import dev.railhead.spi.Activation;

/// BERT (Devlin et al., 2018) and what has its shape, such as MiniLM, BGE and E5: learned positions, token types, a layer norm
/// of their sum, a layer norm behind each branch. GELU has its tanh form, as in llama.cpp; the model's makers use the one
/// with erf, which differs by 5e-4 at most.
final class Bert extends EncoderFamily {
    Bert() {
        super("bert", "BERT, BGE, E5, MiniLM, Arctic Embed");
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Embedding.of(b).withFirstType(b).withPositions(b)
                .withNorm(b.layerNorm("token_embd_norm", b.width()));
    }

    @Override
    EncoderLayer layer(GraphBuilder b, int i) {
        return postNorm(b, i, attention(b, i), new FeedForward(b, i, Activation.GELU));
    }
}
