package dev.railhead.core.model;

import dev.railhead.core.model.ExpertRouting.Gating;
import dev.railhead.core.model.LatentAttention.Lengths;
import dev.railhead.spi.Activation;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.RopeStyle;
import org.jspecify.annotations.Nullable;

/// DeepSeek V2, V3 and R1, Kimi K2: latent attention, a few dense layers and then experts beside shared ones. V2 chooses
/// experts by a softmax, V3 by sigmoids with a bias, within groups. The lite models don't compress queries. YaRN scales the
/// scores.
final class DeepSeek2 extends DecoderFamily {
    DeepSeek2() {
        super("deepseek2", "DeepSeek V2, V3, R1, Kimi K2");
    }

    static Lengths lengths(Hyperparameters hp) {
        int latent = hp.integer("attention.kv_lora_rank");
        int rotated = 2 * Rope.pairs(hp);
        int query = hp.integer("attention.key_length_mla", hp.keyLength());
        int value = hp.integer("attention.value_length_mla", hp.valueLength());
        if (query <= rotated) {
            throw hp.metadata().error(hp.key("attention.key_length_mla"),
                    "more than the " + rotated + " rotated values (" + hp.key("rope.dimension_count") + ")",
                    Integer.toString(query));
        }
        return new Lengths(latent, rotated, query - rotated, value);
    }

    /// The scale of the scores holds the square of what stretched positions would multiply cosine and sine by. With
    /// `yarn_log_multiplier`, which holds the 0.1 of YaRN's formula already, that is instead of them; without they are multiplied
    /// too. So llama.cpp does it, also for linear scaling.
    @Override
    AttentionShape attention(Hyperparameters hp, int layer) {
        Lengths lengths = lengths(hp);
        double log = Math.max(0, StrictMath.log(Rope.factor(hp)));
        double multiplier = logMultiplier(hp);
        boolean instead = Rope.scaling(hp).equals("yarn") && multiplier > 0;
        double amplitude = hp.positive("rope.scaling.attn_factor", 1) * (1 + multiplier * log)
                * (instead ? 1 : 1 + 0.1 * log);
        float scale = (float) (amplitude * amplitude / Math.sqrt(lengths.query()));
        return new AttentionShape(hp.headCount()[layer], 1, lengths.cachedKey(), lengths.latent(), scale);
    }

    private static double logMultiplier(Hyperparameters hp) {
        return hp.orZero("rope.scaling.yarn_log_multiplier");
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        Hyperparameters hp = b.hp();
        Rotary rotary = b.rotary("latent", RopeStyle.NORM, () -> Rope.of(hp, b.weights(), b.contextLength(),
                new Rope.Yarn(Rope.Yarn.DEFAULT.betaFast(), Rope.Yarn.DEFAULT.betaSlow(), logMultiplier(hp) == 0)));
        int queryRank = b.has(i, "attn_q_a") ? hp.integer("attention.q_lora_rank") : 0;
        Block attention = new LatentAttention(b, i, attention(hp, i), lengths(hp), queryRank, rotary, queryScale(hp));
        return preNorm(b, i, attention, feedForward(b, i));
    }

    private static @Nullable PositionScale queryScale(Hyperparameters hp) {
        float scale = hp.orZero("attention.temperature_scale");
        return scale == 0
                ? null
                : new PositionScale(scale, hp.integer("attention.temperature_length", hp.originalContextLength()), 0);
    }

    private static Block feedForward(GraphBuilder b, int layer) {
        Hyperparameters hp = b.hp();
        if (layer < hp.experts().leadingDenseBlockCount()) {
            return new GatedFeedForward(b, layer, Activation.SILU);
        }
        float[] bias = Experts.selectionBias(b, layer);
        ExpertRouting.Rules rules = Experts.rulesOfFile(hp, gating(hp)).withBias(bias);
        return Experts.withShared(b, layer, Activation.SILU, rules);
    }

    /// GLM 4.7 Flash, which is told by layers and vocabulary, has no `expert_gating_func`.
    private static Gating gating(Hyperparameters hp) {
        boolean glm = (hp.blockCount() == 47 || hp.blockCount() == 48) && Embedding.vocabularySize(hp) == 154880;
        return glm ? Gating.SIGMOID : Gating.SOFTMAX;
    }
}
