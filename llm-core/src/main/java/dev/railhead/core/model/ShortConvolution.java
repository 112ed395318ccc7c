package dev.railhead.core.model;

import dev.railhead.spi.Activations;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A convolution over the last few rows of a sequence, for each channel by itself, or over those around a row. The state of the
/// former are the inputs of the rows before: `[kernel − 1][channels]`, the oldest first.
final class ShortConvolution {
    private final int kernel;
    private final int channels;
    private final float[] weight; // [kernel][channels]
    private final float @Nullable [] bias; // [channels]

    /// Loads `blk.N.PART.weight`, `[channels][kernel]`, with its bias if there is one.
    ShortConvolution(GraphBuilder b, int layer, String part, int kernel, int channels) {
        this.kernel = kernel;
        this.channels = channels;
        String name = GraphBuilder.name(layer, part);
        float[] stored = b.weights().vectors(name + ".weight", channels, kernel);
        weight = new float[stored.length];
        for (int c = 0; c < channels; c++) {
            for (int j = 0; j < kernel; j++) {
                weight[j * channels + c] = stored[c * kernel + j];
            }
        }
        bias = b.weights().optionalVector(name + ".bias", channels);
    }

    /// The length of the state.
    static int stateLength(int kernel, int channels) {
        return (kernel - 1) * channels;
    }

    /// Convolves a row: `out = Σ_j weight[j] · x[now − kernel + 1 + j] + bias`, by fma with j ascending from 0.
    ///
    /// @param state of the row's sequence, this convolution's part at its beginning; takes the row in
    /// @param x rows of `channels`
    /// @param out rows of `channels`, not `x`
    void apply(float[] state, Activations x, int row, Activations out) {
        int at = row * channels;
        begin(out, at);
        for (int j = 0; j < kernel - 1; j++) {
            add(state, j * channels, weight, j * channels, out.values, at, channels);
        }
        add(x.values, at, weight, (kernel - 1) * channels, out.values, at, channels);
        if (kernel > 1) {
            System.arraycopy(state, channels, state, 0, (kernel - 2) * channels);
            System.arraycopy(x.values, at, state, (kernel - 2) * channels, channels);
        }
    }

    /// Convolves a row with those around it: `out = Σ_j weight[j] · x[now − (kernel − 1)/2 + j] + bias`, by fma with j ascending;
    /// rows beyond the text count as zeros. The kernel is odd.
    ///
    /// @param x rows of `channels`, those of the text next to each other
    /// @param before rows of the text before this one
    /// @param behind rows of the text behind this one
    /// @param out rows of `channels`, not `x`
    void applyCentered(Activations x, int row, int before, int behind, Activations out) {
        int at = row * channels;
        int half = (kernel - 1) / 2;
        begin(out, at);
        for (int other = Math.max(-half, -before); other <= Math.min(half, behind); other++) {
            add(x.values, at + other * channels, weight, (half + other) * channels, out.values, at, channels);
        }
    }

    private void begin(Activations out, int at) {
        if (bias == null) {
            Arrays.fill(out.values, at, at + channels, 0f);
        } else {
            System.arraycopy(bias, 0, out.values, at, channels);
        }
    }

    private static void add(float[] x, int xAt, float[] w, int wAt, float[] y, int yAt, int count) {
        for (int c = 0; c < count; c++) {
            y[yAt + c] = Math.fma(w[wAt + c], x[xAt + c], y[yAt + c]);
        }
    }
}
