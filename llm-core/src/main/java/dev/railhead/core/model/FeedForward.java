package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;

/// A feed-forward network without a gate: `ffn_down · f(ffn_up · x)`.
final class FeedForward implements Block {
    private final Backend backend;
    private final Activation function;
    private final Linear up;
    private final Linear down;
    private final Activations hidden; // [rows][feed-forward length]

    /// As long as `feed_forward_length` says.
    FeedForward(GraphBuilder b, int layer, Activation function) {
        this(b, layer, function, b.hp().feedForwardLength()[layer]);
    }

    FeedForward(GraphBuilder b, int layer, Activation function, int length) {
        backend = b.backend();
        this.function = function;
        up = b.linear(layer, "ffn_up", length, b.width());
        down = b.linear(layer, "ffn_down", b.width(), length);
        hidden = b.buffer("up", length);
    }

    @Override
    public void forward(Activations in, Step step, Activations out) {
        int rows = step.rows();
        up.apply(backend, in, rows, hidden);
        backend.activate(function, hidden, rows);
        down.apply(backend, hidden, rows, out);
    }
}
