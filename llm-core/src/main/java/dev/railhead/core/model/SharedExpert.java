package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.core.reference.Arithmetic;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import org.jspecify.annotations.Nullable;

/// Experts and beside them a network that every row goes through, `ffn_*_shexp`, whose output may be weighed by a sigmoid,
/// `ffn_gate_inp_shexp`.
final class SharedExpert implements Block {
    private final Backend backend;
    private final Block experts;
    private final Block shared;
    private final @Nullable Linear gate;
    private final Activations sharedOut; // [rows][width]
    private final Activations gateLogits; // [rows][1]

    /// @param gated whether there is a `ffn_gate_inp_shexp`
    SharedExpert(GraphBuilder b, int layer, Block experts, Block shared, boolean gated) {
        backend = b.backend();
        this.experts = experts;
        this.shared = shared;
        gate = gated ? b.linear(layer, "ffn_gate_inp_shexp", 1, b.width()) : null;
        sharedOut = b.buffer("shared", b.width());
        gateLogits = b.buffer("shared gate", 1);
    }

    @Override
    public void forward(Activations in, Step step, Activations out) {
        int rows = step.rows();
        experts.forward(in, step, out);
        shared.forward(in, step, sharedOut);
        if (gate == null) {
            backend.add(out, sharedOut, rows);
            return;
        }
        gate.apply(backend, in, rows, gateLogits);
        for (int row = 0; row < rows; row++) {
            Rows.addScaled(sharedOut, row, Arithmetic.sigmoid(gateLogits.values[row]), out, row);
        }
    }
}
