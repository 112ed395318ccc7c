package dev.railhead.core.model;

import dev.railhead.Pooling;
import dev.railhead.core.kv.Step;
import dev.railhead.spi.Metadata;
import org.jspecify.annotations.Nullable;

/// A model as what it makes of texts: its graph, which gives hidden states, and the heads behind pooling. Encoders and decoders
/// alike.
public final class TextEncoder implements Graph {
    private final Graph graph;
    private final int width;
    private final @Nullable TextHead projection;
    private final @Nullable TextHead rankHead;
    private final Pooling rankPooling;

    TextEncoder(Architecture architecture, Weights weights, int contextLength, int capacity) {
        graph = architecture.load(weights, contextLength, capacity);
        var b = new GraphBuilder(weights, contextLength, capacity);
        width = b.width();
        projection = Projection.of(b);
        rankHead = RankHead.of(b, architecture.rankRule());
        rankPooling = architecture.rankRule().pooling();
    }

    /// How a file wants hidden states to be pooled. Without the key `pooling_type` it is the mean where tokens see those behind
    /// them, else the last token, the only one that has seen all others.
    public static Pooling pooling(Metadata metadata) {
        String key = new Hyperparameters(metadata).key("pooling_type");
        if (!metadata.has(key)) {
            return Architectures.computesWholeTexts(metadata) ? Pooling.MEAN : Pooling.LAST;
        }
        long number = metadata.integer(key);
        return switch (Math.clamp(number, -1, Integer.MAX_VALUE)) {
            case 0 -> Pooling.NONE;
            case 1 -> Pooling.MEAN;
            case 2 -> Pooling.CLS;
            case 3 -> Pooling.LAST;
            case 4 -> Pooling.RANK;
            default -> throw metadata.error(key, "0 (none), 1 (mean), 2 (cls), 3 (last) or 4 (rank)",
                    Long.toString(number));
        };
    }

    @Override
    public void forward(Step step) {
        graph.forward(step);
    }

    /// Values of a hidden state.
    public int width() {
        return width;
    }

    /// What comes behind pooling for an embedding, or null.
    public @Nullable TextHead projection() {
        return projection;
    }

    /// What comes behind pooling for a judgement, or null.
    public @Nullable TextHead rankHead() {
        return rankHead;
    }

    /// How the rank head wants hidden states to be pooled.
    public Pooling rankPooling() {
        return rankPooling;
    }
}
