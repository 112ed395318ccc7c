package dev.railhead.core.model;

import dev.railhead.core.model.ExpertRouting.Gating;
import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// Llama 1, 2 and 3, Mistral, Mixtral, SmolLM and whatever else converts to `llama`: pre-norm, grouped-query attention with
/// RoPE in NORM order (the converter has permuted q and k), SwiGLU or a mixture of such experts. Biases are added where the
/// file has them.
final class Llama extends DecoderFamily {
    Llama() {
        super("llama", "Llama 1, 2 and 3, Mistral 7B, Mixtral, SmolLM, SmolLM 2, TinyLlama");
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        return preNorm(b, i, attention(b, i).withRotary(b.rotary(RopeStyle.NORM)), feedForward(b, i));
    }

    /// A gated network, or Mixtral's experts if the file has any.
    static Block feedForward(GraphBuilder b, int layer) {
        return b.hp().experts().count() == 0
                ? new GatedFeedForward(b, layer, Activation.SILU)
                : Experts.maybeGated(b, layer, Activation.SILU, b.hp().feedForwardLength()[layer],
                        Experts.rules(b.hp(), Gating.SOFTMAX, true));
    }
}
