package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;

/// LFM 2's short convolution in place of attention: of the projections b, c and x of a row it gives
/// `out_proj · (c · conv(b · x))`.
final class GatedConvolution implements Block {
    private final Backend backend;
    private final int layer;
    private final Linear[] projections; // b, c, x
    private final ShortConvolution convolution;
    private final boolean causal;
    private final Linear output;
    private final Activations[] projected; // [rows][width] each
    private final Activations convolved; // [rows][width]

    /// @param kernel `shortconv.l_cache`
    /// @param causal whether a row sees those before it, by the layer's state, or as many on both sides in its text
    GatedConvolution(GraphBuilder b, int layer, int kernel, boolean causal) {
        backend = b.backend();
        this.layer = layer;
        this.causal = causal;
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
                convolution.applyCentered(step, projected[2], row, convolved);
            }
        }
        Rows.multiply(convolved, projected[1], rows);
        output.apply(backend, convolved, rows, out);
    }
}
