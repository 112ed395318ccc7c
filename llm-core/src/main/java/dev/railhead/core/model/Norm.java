package dev.railhead.core.model;

import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import org.jspecify.annotations.Nullable;

/// Normalises each row.
@FunctionalInterface
interface Norm {
    /// @param in rows as long as the weight
    /// @param out may be `in`
    void apply(Activations in, int rows, Activations out);

    /// Root mean square norm (Zhang and Sennrich, 2019).
    static Norm rms(Backend backend, float[] weight, float epsilon) {
        return (in, rows, out) -> backend.rmsNorm(in, rows, weight, epsilon, out);
    }

    /// Layer norm (Ba et al., 2016).
    ///
    /// @param bias null for none
    static Norm layer(Backend backend, float[] weight, float @Nullable [] bias, float epsilon) {
        return (in, rows, out) -> backend.layerNorm(in, rows, weight, bias, epsilon, out);
    }
}
