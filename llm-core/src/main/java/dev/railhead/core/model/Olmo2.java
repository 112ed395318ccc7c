package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.RopeStyle;

/// OLMo 2 and 3: branches read the residual stream as it is and are normalised before they are added; a norm over all heads of
/// q and k together. With a window (OLMo 3) three of four layers have it, and those don't stretch their positions.
final class Olmo2 extends DecoderFamily {
    private static final int PERIOD = 4;

    Olmo2() {
        super("olmo2", "OLMo 2 and 3");
    }

    @Override
    AttentionShape attention(Hyperparameters hp, int layer) {
        return hp.windowedShape(layer, PERIOD);
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        boolean windowed = b.hp().windowedShape(i, PERIOD).mask().window() > 0;
        Rotary rotary = windowed
                ? b.unscaledRotary(RopeStyle.NEOX, b.hp().ropeBase())
                : b.rotary(RopeStyle.NEOX);
        return Residual
                .of(b, null, attention(b, i).withFullNorms().withRotary(rotary), b.rmsNorm(i, "post_attention_norm"))
                .then(Residual.of(b, null, new GatedFeedForward(b, i, Activation.SILU),
                        b.rmsNorm(i, "post_ffw_norm")));
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return new OutputHead(b, b.rmsNorm("output_norm", b.width()), ownOutput(b, embedding));
    }
}
