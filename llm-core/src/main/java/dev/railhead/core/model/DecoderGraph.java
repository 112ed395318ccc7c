package dev.railhead.core.model;

import dev.railhead.core.kv.HiddenStates;
import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import java.util.List;

/// The way every decoder goes: embedding, layers, output.
final class DecoderGraph implements Graph {
    private final Embedding embedding;
    private final List<Rotary> rotaries;
    private final Layer[] layers;
    private final OutputHead head;
    private final Activations x; // the residual stream, [rows][width]

    DecoderGraph(GraphBuilder b, Embedding embedding, Layer[] layers, OutputHead head) {
        this.embedding = embedding;
        rotaries = List.copyOf(b.rotaries());
        this.layers = layers;
        this.head = head;
        x = b.buffer("x", b.width());
    }

    @Override
    public void forward(Step step) {
        embedding.lookUp(step, x);
        rotaries.forEach(rotary -> rotary.prepare(step));
        for (int layer = 0; layer < layers.length; layer++) {
            step.checkCancelled();
            layers[layer].forward(x, step);
            Numerics.check(x, step, layer);
        }
        HiddenStates receiver = step.hiddenStates();
        if (receiver == null) {
            head.logits(x, step);
        } else {
            head.normalize(x, step.rows());
            receiver.accept(x, step.rows());
        }
    }
}
