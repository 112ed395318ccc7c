package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.RopeStyle;

/// Command R7B and Command A: as Command R; three of four layers see a window and rotate, the fourth sees everything and has no
/// positions.
final class Cohere2 extends DecoderFamily {
    private static final int PERIOD = 4;

    Cohere2() {
        super("cohere2", "Command R7B, Command A");
    }

    @Override
    AttentionShape attention(Hyperparameters hp, int layer) {
        hp.integer("attention.sliding_window"); // a file without is incomplete, and not one whose layers all see everything
        return hp.windowedShape(layer, PERIOD);
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        Attention attention = attention(b, i);
        if (b.hp().hasWindow(i, PERIOD)) {
            attention.withRotary(b.rotary(RopeStyle.NORM));
        }
        return new ParallelResidual(b, b.layerNorm(i, "attn_norm"), attention,
                new GatedFeedForward(b, i, Activation.SILU));
    }

    @Override
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return new OutputHead(b, b.layerNorm("output_norm", b.width()), output(b, embedding),
                b.hp().logitScale(), 0f);
    }
}
