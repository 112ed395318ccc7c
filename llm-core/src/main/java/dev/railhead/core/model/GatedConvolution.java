package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;

/// LFM 2's short convolution in place of attention: of the projections b, c and x of a row it gives
/// `out_proj · (c · conv(b · x))`. In a model whose tokens see those behind them the convolution is centered, and a text is in
/// one step whole.
final class GatedConvolution implements Block {
    private final Backend backend;
    private final boolean causal;
    private final int layer;
    private final Linear[] projections; // b, c, x
    private final ShortConvolution convolution;
    private final Linear output;
    private final Activations[] projected; // [rows][width] each
    private final Activations convolved; // [rows][width]

    /// @param kernel `shortconv.l_cache`
    GatedConvolution(GraphBuilder b, int layer, int kernel) {
        backend = b.backend();
        this.layer = layer;
        causal = b.hp().isCausal();
        if (!causal && kernel % 2 == 0) {
            throw b.hp().metadata().error(b.hp().key("shortconv.l_cache"),
                    "an odd number in a model whose tokens see those behind them", Integer.toString(kernel));
        }
        int width = b.width();
        projections = b.fused(layer, "shortconv.in_proj", width, width, width, width);
        convolution = new ShortConvolution(b, layer, "shortconv.conv", kernel, width);
        output = b.linear(layer, "shortconv.out_proj", width, width);
        projected = new Activations[]{b.buffer("conv b", width), b.buffer("conv c", width), b.buffer("conv x", width)};
        convolved = b.buffer("convolved", width);
    }

    @Override
    public void forward(Activations in, Step step, Activations out) {
        int rows = step.rows();
        Linear.apply(backend, in, rows, projections, projected);
        Rows.multiply(projected[2], projected[0], rows);
        for (int row = 0; row < rows; row++) {
            if (causal) {
                convolution.apply(step.state(row, layer), projected[2], row, convolved);
            } else {
                int before = step.position(row);
                convolution.applyCentered(projected[2], row, before, step.length(row) - 1 - before, convolved);
            }
        }
        Rows.multiply(convolved, projected[1], rows);
        output.apply(backend, convolved, rows, out);
    }
}
