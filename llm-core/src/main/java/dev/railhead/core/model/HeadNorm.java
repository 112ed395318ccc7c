package dev.railhead.core.model;

import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import java.util.Arrays;

/// A norm of queries, keys or values, over each head or over all heads together, before the rotation.
///
/// @param norm what normalises
/// @param part its rows: the heads of all rows, or the rows themselves
record HeadNorm(Norm norm, Activations part) {
    /// A root mean square norm with one weight for all heads.
    static HeadNorm rms(GraphBuilder b, int layer, String name, Activations x, int headLength) {
        return new HeadNorm(b.rmsNorm(GraphBuilder.name(layer, name), headLength), x.view(headLength));
    }

    /// A root mean square norm over each head, without weights.
    static HeadNorm rmsOfOnes(GraphBuilder b, Activations x, int headLength) {
        return new HeadNorm(Norm.rms(b.backend(), ones(headLength), b.hp().rmsEpsilon()), x.view(headLength));
    }

    /// A root mean square norm over all heads together.
    static HeadNorm fullRms(GraphBuilder b, int layer, String name, Activations x) {
        return new HeadNorm(b.rmsNorm(GraphBuilder.name(layer, name), x.columns), x);
    }

    /// A layer norm over all heads together.
    static HeadNorm fullLayer(GraphBuilder b, int layer, String name, Activations x) {
        return new HeadNorm(b.layerNorm(GraphBuilder.name(layer, name), x.columns), x);
    }

    /// A layer norm without bias over each head, with weights of each head's own.
    static HeadNorm layer(GraphBuilder b, int layer, String name, Activations x, int headLength) {
        int heads = x.columns / headLength;
        float[] weight = b.weights().vectors(GraphBuilder.name(layer, name) + ".weight", heads, headLength);
        float[] ones = ones(headLength);
        float epsilon = b.hp().epsilon();
        Backend backend = b.backend();
        Norm norm = (in, rows, out) -> {
            backend.layerNorm(in.view(headLength), rows * heads, ones, null, epsilon, out.view(headLength));
            Rows.multiply(out, rows, weight);
        };
        return new HeadNorm(norm, x);
    }

    private static float[] ones(int length) {
        float[] ones = new float[length];
        Arrays.fill(ones, 1f);
        return ones;
    }

    /// Normalises in place.
    ///
    /// @param columns of a row, all heads
    void apply(int rows, int columns) {
        norm.apply(part, rows * (columns / part.columns), part);
    }
}
