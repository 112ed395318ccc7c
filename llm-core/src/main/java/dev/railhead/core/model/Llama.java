package dev.railhead.core.model;

import dev.railhead.core.model.ExpertRouting.Gating;
import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// Llama 1, 2 and 3, Mistral, Mixtral, SmolLM and whatever else converts to `llama`: pre-norm, grouped-query attention with
/// RoPE in NORM order (the converter has permuted q and k), SwiGLU or a mixture of such experts. Biases are added where the
/// file has them.
final class Llama extends DecoderFamily {
    Llama() {
        super("llama");
    }

    @Override
    Layer[] layers(GraphBuilder b) {
        Rotary rotary = b.rotary(RopeStyle.NORM);
        Layer[] layers = new Layer[b.hp().blockCount()];
        for (int i = 0; i < layers.length; i++) {
            Block attention = new Attention(b, i, shape(b, i)).withRotary(rotary);
            layers[i] = Residual.of(b, b.rmsNorm(i, "attn_norm"), attention)
                    .then(Residual.of(b, b.rmsNorm(i, "ffn_norm"), feedForward(b, i)));
        }
        return layers;
    }

    private static Block feedForward(GraphBuilder b, int layer) {
        return b.hp().expertCount() == 0
                ? new GatedFeedForward(b, layer, Activation.SILU)
                : new Experts(b, layer, Activation.SILU, b.hp().expertFeedForwardLength(layer),
                        Experts.rules(b.hp(), Gating.SOFTMAX, true));
    }
}
