package dev.railhead.core.model;

import dev.railhead.core.kv.HiddenStates;
import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The way every encoder goes: embedding, layers, hidden states. All rows of a text are in one step.
final class EncoderGraph implements Graph {
    private final Embedding embedding;
    private final List<Rotary> rotaries;
    private final Layer[] layers;
    private final @Nullable Norm finalNorm;
    private final Activations x; // the residual stream, [rows][width]

    EncoderGraph(GraphBuilder b, Embedding embedding, Layer[] layers, @Nullable Norm finalNorm) {
        this.embedding = embedding;
        rotaries = List.copyOf(b.rotaries());
        this.layers = layers;
        this.finalNorm = finalNorm;
        x = b.buffer("x", b.width());
    }

    @Override
    public void forward(Step step) {
        HiddenStates receiver = step.hiddenStates();
        if (receiver == null) {
            throw new IllegalArgumentException("step: expected a receiver of hidden states; an encoder has no logits");
        }
        embedding.lookUp(step, x);
        rotaries.forEach(rotary -> rotary.prepare(step));
        for (int layer = 0; layer < layers.length; layer++) {
            step.checkCancelled();
            layers[layer].forward(x, step);
            Numerics.check(x, step, layer);
        }
        if (finalNorm != null) {
            finalNorm.apply(x, step.rows(), x);
        }
        receiver.accept(x);
    }
}
