package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// Qwen 2 and 2.5: Llama with RoPE in NEOX order and biases of q, k and v.
final class Qwen2 extends DecoderFamily {
    Qwen2() {
        super("qwen2");
    }

    @Override
    Layer[] layers(GraphBuilder b) {
        Rotary rotary = b.rotary(RopeStyle.NEOX);
        Layer[] layers = new Layer[b.hp().blockCount()];
        for (int i = 0; i < layers.length; i++) {
            Block attention = new Attention(b, i, shape(b, i)).withRotary(rotary);
            layers[i] = Residual.of(b, b.rmsNorm(i, "attn_norm"), attention)
                    .then(Residual.of(b, b.rmsNorm(i, "ffn_norm"), new GatedFeedForward(b, i, Activation.SILU)));
        }
        return layers;
    }
}
