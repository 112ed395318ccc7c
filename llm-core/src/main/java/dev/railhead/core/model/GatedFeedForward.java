package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import java.util.Arrays;

/// A feed-forward network with a gate: `ffn_down · (f(ffn_gate · x) · (ffn_up · x))` (Shazeer, 2020). Where the file has no
/// `ffn_gate`, `ffn_up` holds the gate's rows and then its own (Phi 3, GLM 4).
final class GatedFeedForward implements Block {
    private final Backend backend;
    private final Activation function;
    private final Linear[] gateUp;
    private final Linear down;
    private final Activations[] hidden; // [rows][feed-forward length] each

    /// @param suffix of the tensors' names, `_shexp` for a shared expert
    GatedFeedForward(GraphBuilder b, int layer, Activation function, int length, String suffix) {
        backend = b.backend();
        this.function = function;
        String gate = "ffn_gate" + suffix;
        String up = "ffn_up" + suffix;
        gateUp = !b.has(layer, gate) && b.rows(layer, up) == 2L * length
                ? b.fused(layer, up, b.width(), length, length)
                : new Linear[]{b.linear(layer, gate, length, b.width()), b.linear(layer, up, length, b.width())};
        down = b.linear(layer, "ffn_down" + suffix, b.width(), length);
        hidden = new Activations[]{b.buffer("gate", length), b.buffer("up", length)};
    }

    /// A layer's own network, as long as `feed_forward_length` says.
    GatedFeedForward(GraphBuilder b, int layer, Activation function) {
        this(b, layer, function, b.hp().feedForwardLength()[layer], "");
    }

    private GatedFeedForward(Backend backend, Activation function, Linear[] gateUp, Linear down,
            Activations[] hidden) {
        this.backend = backend;
        this.function = function;
        this.gateUp = gateUp;
        this.down = down;
        this.hidden = hidden;
    }

    /// The same network without the biases that the file may have.
    GatedFeedForward withoutBiases() {
        Linear[] plain = Arrays.stream(gateUp).map(linear -> linear.withBias(null)).toArray(Linear[]::new);
        return new GatedFeedForward(backend, function, plain, down.withBias(null), hidden);
    }

    @Override
    public void forward(Activations in, Step step, Activations out) {
        int rows = step.rows();
        Linear.apply(backend, in, rows, gateUp, hidden);
        backend.gate(function, hidden[0], hidden[1], rows);
        down.apply(backend, hidden[0], rows, out);
    }
}
