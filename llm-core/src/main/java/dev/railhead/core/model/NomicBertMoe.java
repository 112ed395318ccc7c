package dev.railhead.core.model;

import dev.railhead.core.model.ExpertRouting.Gating;
import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// Nomic Embed 2 (Nussbaum and Duderstadt, 2025): BERT with RoPE in NEOX order instead of learned positions; in every second
/// layer, or as the file says, a mixture of experts without gates, whose weights are not renormalised. GELU has its tanh form, as
/// in llama.cpp.
final class NomicBertMoe extends EncoderFamily {
    NomicBertMoe() {
        super("nomic-bert-moe", "Nomic Embed 2");
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Embedding.of(b).withFirstType(b).withNorm(b.layerNorm("token_embd_norm", b.width()));
    }

    @Override
    EncoderLayer layer(GraphBuilder b, int i) {
        Block feedForward = hasExperts(b.hp(), i)
                ? Experts.ungated(b, i, Activation.GELU, Experts.rules(b.hp(), Gating.SOFTMAX, false))
                : new FeedForward(b, i, Activation.GELU);
        return postNorm(b, i, attention(b, i).withRotary(b.rotary(RopeStyle.NEOX)), feedForward);
    }

    private static boolean hasExperts(Hyperparameters hp, int layer) {
        String key = hp.key("moe_every_n_layers");
        int every = hp.metadata().has(key) ? hp.metadata().integer(key, 0, Hyperparameters.MAX_LAYERS) : 0;
        return every > 0 && layer % every == 1;
    }
}
