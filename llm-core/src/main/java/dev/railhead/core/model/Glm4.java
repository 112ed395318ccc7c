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
        return prePostNorm(b, i, attention(b, i).withRotary(rotary(b)),
                new GatedFeedForward(b, i, Activation.SILU));
    }

    private static Rotary rotary(GraphBuilder b) {
        return b.hp().hasRopeSections() ? b.sectionedRotary(false) : b.rotary(RopeStyle.NORM);
    }
}
