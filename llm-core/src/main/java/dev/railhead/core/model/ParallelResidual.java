package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;

/// Attention and feed-forward network side by side: both read the residual stream, and both are added to it
/// (`x + attention(norm(x)) + feedForward(norm(x))`).
final class ParallelResidual implements Layer {
    private final Backend backend;
    private final Norm attentionNorm;
    private final Block attention;
    private final Norm feedForwardNorm;
    private final Block feedForward;
    private final Activations normed; // [rows][width]
    private final Activations attended; // [rows][width]
    private final Activations fed; // [rows][width]

    /// With one norm for both.
    ParallelResidual(GraphBuilder b, Norm norm, Block attention, Block feedForward) {
        this(b, norm, attention, norm, feedForward);
    }

    /// With a norm for each.
    ParallelResidual(GraphBuilder b, Norm attentionNorm, Block attention, Norm feedForwardNorm, Block feedForward) {
        backend = b.backend();
        this.attentionNorm = attentionNorm;
        this.attention = attention;
        this.feedForwardNorm = feedForwardNorm;
        this.feedForward = feedForward;
        normed = b.buffer("normed", b.width());
        attended = b.buffer("branch", b.width());
        fed = b.buffer("second branch", b.width());
    }

    @Override
    public void forward(Activations x, Step step) {
        int rows = step.rows();
        attentionNorm.apply(x, rows, normed);
        attention.forward(normed, step, attended);
        if (feedForwardNorm != attentionNorm) {
            feedForwardNorm.apply(x, rows, normed);
        }
        feedForward.forward(normed, step, fed);
        backend.add(x, attended, rows);
        backend.add(x, fed, rows);
    }
}
