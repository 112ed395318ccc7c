package dev.railhead.core.model;

import dev.railhead.core.model.ExpertRouting.Gating;
import dev.railhead.spi.Activation;

/// GLM 4.5 and 4.6: experts chosen by sigmoids with a bias beside a shared one, after a few layers without;
/// `post_attention_norm` is the norm before them. The larger models have a norm over each head of q and k.
final class Glm4Moe extends DecoderFamily {
    Glm4Moe() {
        super("glm4moe", "GLM 4.5 and 4.6");
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        Attention attention = attention(b, i).withRotary(b.sectionedRotary(false));
        if (b.has(i, "attn_q_norm")) {
            attention.withHeadNorms();
        }
        return Residual.of(b, b.rmsNorm(i, "attn_norm"), attention)
                .then(Residual.of(b, b.rmsNorm(i, "post_attention_norm"), feedForward(b, i)));
    }

    private static Block feedForward(GraphBuilder b, int layer) {
        if (layer < b.hp().experts().leadingDenseBlockCount()) {
            return new GatedFeedForward(b, layer, Activation.SILU);
        }
        requireShared(b.hp());
        ExpertRouting.Rules rules = Experts.rulesOfFile(b.hp(), Gating.SIGMOID)
                .withBias(Experts.selectionBias(b, layer));
        return Experts.withShared(b, layer, Activation.SILU, rules);
    }

    /// Every model has a shared expert. What one without would compute isn't settled: nothing in the makers' code, the swish of its
    /// input in llama.cpp 0.5.0.
    private static void requireShared(Hyperparameters hp) {
        hp.integer("expert_shared_count");
    }
}
