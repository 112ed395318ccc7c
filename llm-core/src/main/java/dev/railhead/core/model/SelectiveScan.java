package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A selective state space (Gu and Dao, "Mamba", 2023). For each channel c a state h of a few numbers follows
/// `h[n] = e^(Δ·A[c][n]) · h[n] + Δ·B[n]·x[c]` and gives `y[c] = Σ_n C[n]·h[n] + D[c]·x[c]`, where Δ, B and C are projections
/// of the input, and x a short convolution of it. What comes out is gated by another projection.
final class SelectiveScan implements Block {
    /// The lengths of a layer.
    ///
    /// @param inner channels, `ssm.inner_size`
    /// @param kernel of the convolution, `ssm.conv_kernel`
    /// @param stateSize numbers of a channel's state, `ssm.state_size`
    /// @param rank of the projection of Δ, `ssm.time_step_rank`
    record Lengths(int inner, int kernel, int stateSize, int rank) {
        static Lengths of(Hyperparameters hp) {
            int inner = hp.integer("ssm.inner_size");
            int kernel = hp.kernel("ssm.conv_kernel", 1);
            int stateSize = hp.integer("ssm.state_size");
            hp.stateLength("ssm.state_size", (long) inner * (kernel + (long) stateSize));
            return new Lengths(inner, kernel, stateSize, hp.integer("ssm.time_step_rank"));
        }

        /// Floats of a layer's state: the convolution's and then `[state][inner]`.
        int state() {
            return convolutionState() + inner * stateSize;
        }

        int convolutionState() {
            return ShortConvolution.stateLength(kernel, inner);
        }
    }

    private final Backend backend;
    private final int layer;
    private final Lengths lengths;
    private final Linear[] input; // x, z
    private final ShortConvolution convolution;
    private final Linear[] selection; // Δ before its projection, B, C
    private final @Nullable Norm[] selectionNorms;
    private final Linear timeStep;
    private final ChannelStates channels;
    private final float[] d; // [inner]
    private final Linear output;
    private final Activations[] xz; // [rows][inner] each
    private final Activations x; // convolved, [rows][inner]
    private final Activations[] selected; // [rows][rank], [rows][state], [rows][state]
    private final Activations delta; // [rows][inner]

    SelectiveScan(GraphBuilder b, int layer, Lengths lengths) {
        backend = b.backend();
        this.layer = layer;
        this.lengths = lengths;
        int inner = lengths.inner;
        int state = lengths.stateSize;
        input = b.fused(layer, "ssm_in", b.width(), inner, inner);
        convolution = new ShortConvolution(b, layer, "ssm_conv1d", lengths.kernel, inner);
        selection = b.fused(layer, "ssm_x", inner, lengths.rank, state, state);
        boolean normed = b.hp().flag("ssm.dt_b_c_rms", false);
        selectionNorms = new Norm[]{norm(b, normed, lengths.rank), norm(b, normed, state), norm(b, normed, state)};
        timeStep = b.linear(layer, "ssm_dt", inner, lengths.rank);
        channels = new ChannelStates(inner, state,
                b.weights().vectors(GraphBuilder.name(layer, "ssm_a"), inner, state));
        d = b.weights().vector(GraphBuilder.name(layer, "ssm_d"), inner);
        output = b.linear(layer, "ssm_out", b.width(), inner);
        xz = new Activations[]{b.buffer("ssm x", inner), b.buffer("ssm z", inner)};
        x = b.buffer("ssm convolved", inner);
        selected = new Activations[]{b.buffer("ssm dt", lengths.rank), b.buffer("ssm b", state),
                b.buffer("ssm c", state)};
        delta = b.buffer("ssm delta", inner);
    }

    /// A norm without weights (Falcon Mamba).
    private static @Nullable Norm norm(GraphBuilder b, boolean wanted, int length) {
        float[] ones = new float[length];
        Arrays.fill(ones, 1f);
        return wanted ? Norm.rms(b.backend(), ones, b.hp().rmsEpsilon()) : null;
    }

    @Override
    public void forward(Activations in, Step step, Activations out) {
        int rows = step.rows();
        Linear.apply(backend, in, rows, input, xz);
        for (int row = 0; row < rows; row++) {
            convolution.apply(step.state(row, layer), xz[0], row, x);
        }
        backend.activate(Activation.SILU, x, rows);
        Linear.apply(backend, x, rows, selection, selected);
        for (int i = 0; i < selected.length; i++) {
            Norm norm = selectionNorms[i];
            if (norm != null) {
                norm.apply(selected[i], rows, selected[i]);
            }
        }
        timeStep.apply(backend, selected[0], rows, delta);
        for (int row = 0; row < rows; row++) {
            scan(step.state(row, layer), row);
        }
        backend.gate(Activation.SILU, xz[1], x, rows);
        output.apply(backend, xz[1], rows, out);
    }

    /// Takes a row into the state; its x becomes y.
    private void scan(float[] state, int row) {
        int first = row * lengths.inner;
        float[] y = channels.step(state, lengths.convolutionState(), delta.values, x.values, first, selected[1].values,
                selected[2].values, row * lengths.stateSize);
        for (int c = 0; c < lengths.inner; c++) {
            x.values[first + c] = Math.fma(d[c], x.values[first + c], y[c]);
        }
    }
}
