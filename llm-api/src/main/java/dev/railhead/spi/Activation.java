package dev.railhead.spi;

/// The function between the matrices of a feed-forward block, as `docs/arithmetic.md` defines it.
public enum Activation {
    /// x · sigmoid(x), also called swish.
    SILU,
    /// The Gaussian error linear unit in its tanh form (Hendrycks and Gimpel, 2016).
    GELU,
    /// max(x, 0).
    RELU,
    /// 1 / (1 + e^−x).
    SIGMOID,
    /// gpt-oss's: x · sigmoid(1.702 · x) of x clamped from above at 7. As a gate it meets `up + 1`, with `up` clamped to −7 … 7.
    CLAMPED_SWISH
}
