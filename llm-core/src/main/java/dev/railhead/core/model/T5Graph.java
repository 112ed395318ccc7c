package dev.railhead.core.model;

import dev.railhead.core.kv.HiddenStates;
import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;

/// The two ways through T5. A step of source texts goes through the encoder, and then each layer of the decoder keeps what its
/// cross-attention will read; a step of the decoder goes as in every decoder. Working memory is for a part of a step.
final class T5Graph implements Graph {
    private final Embedding embedding;
    private final EncoderStack encoder;
    private final T5Attention[] cross;
    private final Layer[] decoder;
    private final OutputHead head;
    private final Activations x; // the residual stream, [rows of a part][width]

    T5Graph(GraphBuilder b, Embedding embedding, EncoderStack encoder, T5Attention[] cross, Layer[] decoder,
            OutputHead head) {
        this.embedding = embedding;
        this.encoder = encoder;
        this.cross = cross;
        this.decoder = decoder;
        this.head = head;
        x = b.buffer("x", b.width());
    }

    @Override
    public void forward(Step step) {
        HiddenStates receiver = step.hiddenStates();
        if (receiver != null) {
            encoder.forward(step, (states, part) -> receiver.accept(states, part.rows()));
        } else if (step.isSource()) {
            encoder.forward(step, this::keepSource);
        } else {
            for (Step part : step.parts(x.capacity())) {
                decode(part);
            }
        }
    }

    private void keepSource(Activations states, Step part) {
        for (T5Attention layer : cross) {
            layer.keep(states, part);
        }
    }

    private void decode(Step step) {
        embedding.lookUp(step, x);
        for (int layer = 0; layer < decoder.length; layer++) {
            step.checkCancelled();
            decoder[layer].forward(x, step);
            Numerics.check(x, step, layer);
        }
        head.logits(x, step);
    }
}
