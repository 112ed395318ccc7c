package dev.railhead.core.model;

import dev.railhead.core.model.ExpertRouting.Gating;
import dev.railhead.core.model.GatedDeltaNet.Lengths;
import dev.railhead.spi.Activation;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.RopeStyle;
import org.jspecify.annotations.Nullable;

/// Qwen 3.5 and Qwen 3 Next, with experts or without: three of four layers are gated delta nets, the fourth is attention whose
/// output is gated, with a norm over each head of q and k and a part of each head rotated. `post_attention_norm` is the norm
/// before the feed-forward network; the experts are those of Qwen 2 with their weights divided by their sum.
final class Qwen35 extends DecoderFamily {
    private static final int INTERVAL = 4;

    private final boolean neighbours;

    /// @param name `qwen35`, `qwen35moe` or `qwen3next`
    /// @param models for people
    /// @param neighbours whether neighbouring value heads share a key head
    Qwen35(String name, String models, boolean neighbours) {
        super(name, models);
        this.neighbours = neighbours;
    }

    /// By `attention.recurrent_layers`, or else all but every `full_attention_interval`th.
    private static boolean isRecurrent(Hyperparameters hp, int layer) {
        return hp.layerFlag("attention.recurrent_layers", layer,
                (layer + 1) % hp.integer("full_attention_interval", INTERVAL) != 0);
    }

    @Override
    @Nullable
    AttentionShape attention(Hyperparameters hp, int layer) {
        return isRecurrent(hp, layer) ? null : hp.attentionShape(layer);
    }

    @Override
    int stateLength(Hyperparameters hp, int layer) {
        return isRecurrent(hp, layer) ? Lengths.of(hp, neighbours).state() : 0;
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        return Residual.of(b, b.rmsNorm(i, "attn_norm"), mixer(b, i))
                .then(Residual.of(b, b.rmsNorm(i, "post_attention_norm"), feedForward(b, i)));
    }

    private Block mixer(GraphBuilder b, int i) {
        AttentionShape shape = attention(b.hp(), i);
        if (shape == null) {
            Lengths lengths = Lengths.of(b.hp(), neighbours);
            return new GatedDeltaNet(b, i, lengths, new DeltaInputs(b, i, lengths));
        }
        Rotary rotary = neighbours ? b.rotary(RopeStyle.NEOX) : b.sectionedRotary(true);
        return Attention.gated(b, i, shape).withHeadNorms().withRotary(rotary);
    }

    private static Block feedForward(GraphBuilder b, int layer) {
        Hyperparameters hp = b.hp();
        if (hp.experts().count() == 0) {
            return new GatedFeedForward(b, layer, Activation.SILU);
        }
        Experts experts = new Experts(b, layer, Activation.SILU, Experts.rules(hp, Gating.SOFTMAX, true));
        int length = hp.experts().sharedFeedForwardLength(
                hp.hasFeedForwardLength() ? hp.feedForwardLength()[layer] : hp.experts().feedForwardLength(layer));
        return new SharedExpert(b, layer, experts,
                new GatedFeedForward(b, layer, Activation.SILU, length, "_shexp"), true);
    }
}
