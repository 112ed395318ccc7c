package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.AttentionMask;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.RopeStyle;

/// ModernBERT (Warner et al., 2024): layer norms without bias before each branch, none before the first attention, GeGLU. The
/// first of three layers sees everything, the others a window around each token, with a RoPE base of their own. GELU has its
/// tanh form, as in llama.cpp; the model's makers use the one with erf.
final class ModernBert extends EncoderFamily {
    private static final int PERIOD = 3;
    private static final double WINDOW_BASE = 10000;

    ModernBert() {
        super("modern-bert", "ModernBERT, GTE ModernBERT, Granite Embedding R2");
    }

    private static boolean hasWindow(Hyperparameters hp, int layer) {
        return hp.slidingWindow() > 0 && hp.hasWindow(layer, PERIOD, true);
    }

    @Override
    AttentionShape attention(Hyperparameters hp, int layer) {
        AttentionShape shape = super.attention(hp, layer);
        return hasWindow(hp, layer) ? shape.withMask(new AttentionMask(false, hp.slidingWindow())) : shape;
    }

    @Override
    public RankHead.Rule rankRule() {
        return RankHead.Rule.MEAN_GELU;
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Embedding.of(b).withNorm(b.layerNorm("token_embd_norm", b.width()));
    }

    @Override
    EncoderLayer layer(GraphBuilder b, int i) {
        Rotary rotary = hasWindow(b.hp(), i)
                ? b.unscaledRotary(RopeStyle.NEOX, b.hp().positive("rope.freq_base_swa", WINDOW_BASE))
                : b.rotary(RopeStyle.NEOX);
        Norm attentionNorm = i > 0 || b.has(i, "attn_norm") ? b.layerNorm(i, "attn_norm") : null;
        Attention attention = attention(b, i).withRotary(rotary);
        return new EncoderLayer(b, attentionNorm, attention, Residual.of(b, attentionNorm, attention, null)
                .then(Residual.of(b, b.layerNorm(i, "ffn_norm"), new GatedFeedForward(b, i, function(b.hp())))));
    }

    /// GELU, unless the file says otherwise (some of IBM's Granite embedding models have SiLU).
    private static Activation function(Hyperparameters hp) {
        String key = hp.key("hidden_activation");
        String name = hp.metadata().string(key, "gelu");
        if (name.startsWith("gelu")) { // gelu_new, gelu_pytorch_tanh, …
            return Activation.GELU;
        }
        return switch (name) {
            case "geglu" -> Activation.GELU;
            case "silu", "swish", "swiglu" -> Activation.SILU;
            case "relu", "reglu" -> Activation.RELU;
            default -> throw hp.metadata().error(key, "gelu, silu or relu", "'" + name + "'");
        };
    }

    @Override
    Norm finalNorm(GraphBuilder b) {
        return b.layerNorm("output_norm", b.width());
    }
}
