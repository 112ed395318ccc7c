package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import org.jspecify.annotations.Nullable;

/// A branch that adds to the residual stream: `x = x + scale · post(block(pre(x)))`. Families differ in which of the norms
/// they have.
final class Residual implements Layer {
    private final Backend backend;
    private final @Nullable Norm pre;
    private final Block block;
    private final @Nullable Norm post;
    private final float scale;
    private final Activations normed; // [rows][width]
    private final Activations branch; // [rows][width]

    private Residual(GraphBuilder b, @Nullable Norm pre, Block block, @Nullable Norm post, float scale) {
        backend = b.backend();
        this.pre = pre;
        this.block = block;
        this.post = post;
        this.scale = scale;
        normed = b.buffer("normed", b.width());
        branch = b.buffer("branch", b.width());
    }

    /// The usual branch: `x + block(norm(x))`.
    static Residual of(GraphBuilder b, Norm pre, Block block) {
        return new Residual(b, pre, block, null, 1f);
    }

    /// With a norm on both sides, or on one.
    ///
    /// @param pre null for none
    /// @param post null for none
    static Residual of(GraphBuilder b, @Nullable Norm pre, Block block, @Nullable Norm post) {
        return new Residual(b, pre, block, post, 1f);
    }

    /// With a factor for what is added.
    static Residual scaled(GraphBuilder b, Norm pre, Block block, float scale) {
        return new Residual(b, pre, block, null, scale);
    }

    @Override
    public void forward(Activations x, Step step) {
        int rows = step.rows();
        if (pre != null) {
            pre.apply(x, rows, normed);
        }
        block.forward(pre != null ? normed : x, step, branch);
        if (post != null) {
            post.apply(branch, rows, branch);
        }
        if (scale != 1f) {
            Rows.scale(branch, rows, scale);
        }
        backend.add(x, branch, rows);
    }
}
