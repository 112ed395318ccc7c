package dev.railhead.core.model;

import dev.railhead.spi.Activations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The two matrices, `dense_2` and `dense_3`, that EmbeddingGemma has behind its pooling; a file may lack both or the second. LFM 2
/// has `dense_2`, with a bias.
final class Projection extends TextHead {
    private static final int MAX_WIDTH = 1 << 20;

    private final Linear first;
    private final @Nullable Linear second;
    private final Activations hidden;
    private final Activations out;

    private Projection(GraphBuilder b) {
        super(b);
        int length = length(b.hp());
        first = b.linear("dense_2", length, b.width());
        second = b.weights().has("dense_3.weight") ? b.linear("dense_3", b.width(), length) : null;
        hidden = new Activations(GROUP, length);
        out = new Activations(GROUP, b.width());
    }

    /// What `dense_2` gives: `dense_2_feat_out`, in LFM 2 `embedding_length_out`, or else the width of the model.
    private static int length(Hyperparameters hp) {
        for (String name : List.of("dense_2_feat_out", "embedding_length_out")) {
            if (hp.metadata().has(hp.key(name))) {
                return hp.metadata().integer(hp.key(name), 1, MAX_WIDTH);
            }
        }
        return hp.embeddingLength();
    }

    /// The projection of a file, or null if it has none.
    static @Nullable Projection of(GraphBuilder b) {
        return b.weights().has("dense_2.weight") ? new Projection(b) : null;
    }

    @Override
    public int outputs() {
        return second == null ? first.rows() : second.rows();
    }

    @Override
    Activations compute(Activations in, int rows) {
        first.apply(backend(), in, rows, hidden);
        if (second == null) {
            return hidden;
        }
        second.apply(backend(), hidden, rows, out);
        return out;
    }
}
