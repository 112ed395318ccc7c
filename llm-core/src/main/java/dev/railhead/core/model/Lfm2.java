package dev.railhead.core.model;

import dev.railhead.core.model.ExpertRouting.Gating;
import dev.railhead.spi.Activation;
import dev.railhead.spi.AttentionMask;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.RopeStyle;
import org.jspecify.annotations.Nullable;

/// LFM 2, with experts (`lfm2moe`) or without: layers without kv heads are short convolutions, the others attention with a norm
/// over each head of q and k. The final norm is stored as `token_embd_norm`. A window is for the models without experts alone.
/// Models for vectors (LFM 2.5 Embedding, ColBERT) may see what is behind a token, in attention and convolutions.
final class Lfm2 extends DecoderFamily {
    /// @param name `lfm2` or `lfm2moe`
    /// @param models for people
    Lfm2(String name, String models) {
        super(name, models);
    }

    private static int kernel(Hyperparameters hp) {
        return hp.kernel("shortconv.l_cache", 2);
    }

    @Override
    @Nullable
    AttentionShape attention(Hyperparameters hp, int layer) {
        if (!hp.hasAttention(layer)) {
            return null;
        }
        AttentionShape shape = hp.hybridAttentionShape(layer);
        return hp.experts().count() == 0 && hp.slidingWindow() > 0
                ? shape.withMask(new AttentionMask(shape.mask().causal(), hp.slidingWindow()))
                : shape;
    }

    @Override
    int stateLength(Hyperparameters hp, int layer) {
        return hp.hasAttention(layer) || !hp.isCausal()
                ? 0
                : hp.stateLength("shortconv.l_cache", (kernel(hp) - 1L) * hp.embeddingLength());
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        Block mixer = b.hp().hasAttention(i)
                ? attention(b, i).withHeadNorms().withRotary(b.rotary(RopeStyle.NEOX))
                : new GatedConvolution(b, i, kernel(b.hp()));
        return preNorm(b, i, mixer, feedForward(b, i));
    }

    private static Block feedForward(GraphBuilder b, int layer) {
        Hyperparameters hp = b.hp();
        if (hp.experts().count() == 0 || layer < hp.experts().leadingDenseBlockCount()) {
            return new GatedFeedForward(b, layer, Activation.SILU);
        }
        float[] bias = Experts.selectionBias(b, layer);
        return new Experts(b, layer, Activation.SILU,
                Experts.rules(hp, hp.experts().gating(Gating.SIGMOID), true).withBias(bias));
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return new OutputHead(b, b.rmsNorm("token_embd_norm", b.width()), output(b, embedding));
    }
}
