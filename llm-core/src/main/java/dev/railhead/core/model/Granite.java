package dev.railhead.core.model;

import dev.railhead.core.model.ExpertRouting.Gating;
import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;
import org.jspecify.annotations.Nullable;

/// Granite 3 and 4, with experts (`granitemoe`) or without: Llama with factors for the embeddings, for what branches add and
/// for the scores, and logits that are divided. `rope.scaling.finetuned` = false means that there are no positions.
final class Granite extends DecoderFamily {
    /// @param name `granite` or `granitemoe`
    /// @param models for people
    Granite(String name, String models) {
        super(name, models);
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Embedding.scaled(b, (float) b.hp().positive("embedding_scale", 1));
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        float scale = (float) b.hp().positive("residual_scale", 1);
        return Residual.scaled(b, b.rmsNorm(i, "attn_norm"), attention(b, i).withRotary(rotary(b)), scale)
                .then(Residual.scaled(b, b.rmsNorm(i, "ffn_norm"), feedForward(b, i), scale));
    }

    private static @Nullable Rotary rotary(GraphBuilder b) {
        return b.hp().flag("rope.scaling.finetuned", true) ? b.rotary(RopeStyle.NORM) : null;
    }

    private static Block feedForward(GraphBuilder b, int layer) {
        return b.hp().expertCount() == 0
                ? new GatedFeedForward(b, layer, Activation.SILU)
                : Experts.withShared(b, layer, Activation.SILU, Experts.rules(b.hp(), Gating.SOFTMAX, true));
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return new OutputHead(b, b.rmsNorm("output_norm", b.width()), output(b, embedding),
                (float) (1 / b.hp().positive("logit_scale", 1)), 0f);
    }
}
