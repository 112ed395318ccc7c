package dev.railhead.core.model;

import dev.railhead.spi.AttentionShape;
import org.jspecify.annotations.Nullable;

/// Mamba (Gu and Dao, 2023) and Falcon Mamba: no attention and no feed-forward network, only selective state spaces.
final class Mamba extends DecoderFamily {
    Mamba() {
        super("mamba", "Mamba, Falcon Mamba");
    }

    @Override
    @Nullable
    AttentionShape attention(Hyperparameters hp, int layer) {
        return null;
    }

    @Override
    int stateLength(Hyperparameters hp, int layer) {
        return SelectiveScan.Lengths.of(hp).state();
    }

    @Override
    Layer layer(GraphBuilder b, int i) {
        return Residual.of(b, b.rmsNorm(i, "attn_norm"), new SelectiveScan(b, i, SelectiveScan.Lengths.of(b.hp())));
    }
}
