package dev.railhead.core.model;

import dev.railhead.spi.RopeStyle;
import org.jspecify.annotations.Nullable;

/// Mistral 3 (Ministral, Mistral Small): Llama with YaRN whose betas are the file's, and queries that grow with the position.
final class Mistral3 extends DecoderFamily {
    Mistral3() {
        super("mistral3", "Mistral Small 3, Ministral 3");
    }

    private static Rope rope(GraphBuilder b) {
        Rope.Yarn yarn = new Rope.Yarn(b.hp().positive("rope.scaling.yarn_beta_fast", Rope.Yarn.DEFAULT.betaFast()),
                b.hp().positive("rope.scaling.yarn_beta_slow", Rope.Yarn.DEFAULT.betaSlow()), true,
                b.hp().orZero("rope.scaling.yarn_log_multiplier"));
        return Rope.of(b.hp(), b.weights(), b.contextLength(), yarn);
    }

    private static @Nullable PositionScale queryScale(Hyperparameters hp) {
        float scale = hp.orZero("attention.temperature_scale");
        return scale == 0 ? null : new PositionScale(scale, hp.originalContextLength(), 0);
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        Attention attention = attention(b, i).withRotary(b.rotary("yarn", RopeStyle.NORM, () -> rope(b)))
                .withQueryScale(queryScale(b.hp()));
        return preNorm(b, i, attention, Llama.feedForward(b, i));
    }
}
