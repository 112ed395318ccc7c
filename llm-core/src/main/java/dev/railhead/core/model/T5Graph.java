package dev.railhead.core.model;

import dev.railhead.core.kv.HiddenStates;
import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;

/// The two ways through T5. A step of source texts goes through the encoder, and then each layer of the decoder keeps what its
/// cross-attention will read; a step of the decoder goes as in every decoder.
final class T5Graph implements Graph {
    private final Embedding embedding;
    private final Layer[] encoder;
    private final Norm encoderNorm;
    private final T5Attention[] cross;
    private final Layer[] decoder;
    private final OutputHead head;
    private final Activations x; // the residual stream, [rows][width]

    T5Graph(GraphBuilder b, Embedding embedding, Layer[] encoder, Norm encoderNorm, T5Attention[] cross,
            Layer[] decoder, OutputHead head) {
        this.embedding = embedding;
        this.encoder = encoder;
        this.encoderNorm = encoderNorm;
        this.cross = cross;
        this.decoder = decoder;
        this.head = head;
        x = b.buffer("x", b.width());
    }

    @Override
    public void forward(Step step) {
        embedding.lookUp(step, x);
        HiddenStates receiver = step.hiddenStates();
        if (receiver != null) {
            encode(step);
            receiver.accept(x);
        } else if (step.isSource()) {
            encode(step);
            for (T5Attention layer : cross) {
                layer.keep(x, step);
            }
        } else {
            run(decoder, step);
            head.logits(x, step);
        }
    }

    private void encode(Step step) {
        run(encoder, step);
        encoderNorm.apply(x, step.rows(), x);
    }

    private void run(Layer[] layers, Step step) {
        for (int layer = 0; layer < layers.length; layer++) {
            step.checkCancelled();
            layers[layer].forward(x, step);
            Numerics.check(x, step, layer);
        }
    }
}
