package dev.railhead.core.model;

import dev.railhead.core.model.ExpertRouting.Gating;
import dev.railhead.spi.Activation;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.RopeStyle;
import org.jspecify.annotations.Nullable;

/// Granite 3 and 4, with experts (`granitemoe`) or without: Llama with factors for the embeddings, for what branches add and
/// for the scores, and logits that are divided. In `granite`, `rope.scaling.finetuned` = false means that there are no positions.
final class Granite extends DecoderFamily {
    private final boolean mayHaveNoPositions;

    private Granite(String name, String models, boolean mayHaveNoPositions) {
        super(name, models);
        this.mayHaveNoPositions = mayHaveNoPositions;
    }

    static Granite dense() {
        return new Granite("granite", "Granite 3 and 4 (dense)", true);
    }

    /// With experts. llama.cpp doesn't look at `rope.scaling.finetuned` here.
    static Granite withExperts() {
        return new Granite("granitemoe", "Granite 3 and 4 (experts)", false);
    }

    /// `attention.scale` takes the place of 1/√keyLength.
    @Override
    AttentionShape attention(Hyperparameters hp, int layer) {
        AttentionShape shape = hp.attentionShape(layer);
        return shape.withScale((float) hp.positiveOrZero("attention.scale", shape.scale()));
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Embedding.scaled(b, (float) b.hp().positiveOrZero("embedding_scale", 1));
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        float scale = (float) b.hp().positiveOrZero("residual_scale", 1);
        return Residual.scaled(b, b.rmsNorm(i, "attn_norm"), attention(b, i).withRotary(rotary(b)), scale)
                .then(Residual.scaled(b, b.rmsNorm(i, "ffn_norm"), feedForward(b, i), scale));
    }

    private @Nullable Rotary rotary(GraphBuilder b) {
        boolean none = mayHaveNoPositions && !b.hp().flag("rope.scaling.finetuned", true);
        return none ? null : b.rotary(RopeStyle.NORM);
    }

    private static Block feedForward(GraphBuilder b, int layer) {
        return b.hp().experts().count() == 0
                ? new GatedFeedForward(b, layer, Activation.SILU)
                : Experts.withShared(b, layer, Activation.SILU, b.hp().feedForwardLength()[layer],
                        Experts.rules(b.hp(), Gating.SOFTMAX, true));
    }

    /// All files have `logit_scale`: llama.cpp refuses one without.
    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return new OutputHead(b, b.rmsNorm("output_norm", b.width()), output(b, embedding),
                (float) (1 / b.hp().positive("logit_scale")), 0f);
    }
}
