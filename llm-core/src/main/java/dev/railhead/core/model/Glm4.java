package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.RopeStyle;

/// GLM 4: norms before and after each branch, half of each head rotated, gate and up in one tensor.
final class Glm4 extends DecoderFamily {
    Glm4() {
        super("glm4", "GLM 4");
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        return prePostNorm(b, i, attention(b, i).withRotary(b.rotary(style(b.hp()))),
                new GatedFeedForward(b, i, Activation.SILU));
    }

    private static RopeStyle style(Hyperparameters hp) {
        return hp.hasRopeSections() ? RopeStyle.NEOX : RopeStyle.NORM;
    }
}
