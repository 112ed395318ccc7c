package dev.railhead.core.model;

import dev.railhead.core.model.ExpertRouting.Gating;
import dev.railhead.spi.Activation;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.RopeStyle;
import java.util.List;

/// gpt-oss: attention with sinks, every other layer in a window, and clamped experts chosen by their logits. Everything has
/// biases; `post_attention_norm` is the norm before the experts.
final class GptOss extends DecoderFamily {
    private static final int PERIOD = 2;
    private static final List<String> BIASES = List.of("attn_output.bias", "ffn_gate_inp.bias", "ffn_gate_exps.bias",
            "ffn_up_exps.bias", "ffn_down_exps.bias");

    GptOss() {
        super("gpt-oss", "gpt-oss 20B and 120B");
    }

    @Override
    AttentionShape attention(Hyperparameters hp, int layer) {
        hp.integer("attention.sliding_window"); // a file without is incomplete, and not one whose layers all see everything
        return hp.windowedShape(layer, PERIOD);
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        Experts experts = new Experts(b, i, Activation.CLAMPED_SWISH,
                Experts.rules(b.hp(), Gating.SOFTMAX_OF_CHOSEN, false));
        for (String part : BIASES) {
            b.weights().require(GraphBuilder.name(i, part));
        }
        Rotary rotary = b.hp().hasWindow(i, PERIOD) ? b.windowRotary(RopeStyle.NEOX) : b.rotary(RopeStyle.NEOX);
        return Residual.of(b, b.rmsNorm(i, "attn_norm"), attention(b, i).withSinks().withRotary(rotary))
                .then(Residual.of(b, b.rmsNorm(i, "post_attention_norm"), experts));
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return new OutputHead(b, b.rmsNorm("output_norm", b.width()), ownOutput(b, embedding));
    }
}
