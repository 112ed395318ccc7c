package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.core.model.ExpertRouting.Gating;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;

/// Gemma 4's feed-forward with experts: the dense network and the experts read the same hidden state, each through norms of
/// its own, as does the router, and both are added.
final class DenseAndExperts implements Block {
    private final Norm denseNorm;
    private final Block dense;
    private final Norm densePost;
    private final Norm expertNorm;
    private final Experts experts;
    private final Norm expertPost;
    private final Norm routerNorm;
    private final Backend backend;
    private final Activations normed;
    private final Activations routed;
    private final Activations second;

    DenseAndExperts(GraphBuilder b, int i, Norm denseNorm, Block dense) {
        this.denseNorm = denseNorm;
        this.dense = dense;
        backend = b.backend();
        densePost = b.rmsNorm(i, "post_ffw_norm_1");
        expertNorm = b.rmsNorm(i, "pre_ffw_norm_2");
        experts = new Experts(b, i, Activation.GELU, Experts.rules(b.hp(), Gating.SOFTMAX, true));
        expertPost = b.rmsNorm(i, "post_ffw_norm_2");
        float[] scale = b.weights().vector(GraphBuilder.name(i, "ffn_gate_inp.scale"), b.width());
        for (int j = 0; j < scale.length; j++) {
            scale[j] *= (float) (1 / Math.sqrt(b.width()));
        }
        routerNorm = Norm.rms(backend, scale, b.hp().rmsEpsilon());
        normed = b.buffer("dense or expert input", b.width());
        routed = b.buffer("router input", b.width());
        second = b.buffer("second branch", b.width());
    }

    @Override
    public void forward(Activations in, Step step,
            Activations out) {
        int rows = step.rows();
        denseNorm.apply(in, rows, normed);
        dense.forward(normed, step, out);
        densePost.apply(out, rows, out);
        routerNorm.apply(in, rows, routed);
        expertNorm.apply(in, rows, normed);
        experts.forward(routed, normed, step, second);
        expertPost.apply(second, rows, second);
        backend.add(out, second, rows);
    }
}
