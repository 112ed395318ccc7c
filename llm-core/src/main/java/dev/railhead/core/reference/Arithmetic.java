package dev.railhead.core.reference;

import dev.railhead.spi.Activation;

/// The building blocks of `docs/arithmetic.md`.
public final class Arithmetic {
    /// Virtual lanes of a reduction: the lanes of a 512-bit vector of floats.
    public static final int LANES = 16;

    /// Adding and subtracting 1.5 · 2^23 rounds a float of magnitude below 2^22 to the nearest integer, ties to even.
    public static final float ROUND = 12582912f;

    /// Scales below this would overflow when inverted; such a block of activations counts as zero.
    public static final float TINY_SCALE = 0x1p-100f;

    /// 2 · √(2/π) and 0.044715, of GELU's tanh form.
    public static final float GELU_SLOPE = 1.5957691216f;
    public static final float GELU_CUBE = 0.044715f;

    /// Of gpt-oss's SwiGLU.
    public static final float SWISH_SLOPE = 1.702f;
    public static final float SWISH_LIMIT = 7f;

    /// Below this tanh is a polynomial.
    public static final float TANH_NEAR = 0.625f;

    private Arithmetic() {}

    /// e^x by the polynomial of the Cephes library's expf; 0 below −87.
    public static float exp(float x) {
        float clamped = Math.min(x, 88.37626f);
        float n = Math.fma(clamped, 1.44269504f, ROUND) - ROUND;
        float r = Math.fma(n, -0.693359375f, clamped);
        r = Math.fma(n, 2.12194440e-4f, r);
        float p = 1.9875691500E-4f;
        p = Math.fma(p, r, 1.3981999507E-3f);
        p = Math.fma(p, r, 8.3334519073E-3f);
        p = Math.fma(p, r, 4.1665795894E-2f);
        p = Math.fma(p, r, 1.6666665459E-1f);
        p = Math.fma(p, r, 5.0000001201E-1f);
        float y = Math.fma(p, r * r, r) + 1f;
        float result = y * Float.intBitsToFloat(((int) n + 127) << 23);
        return x < -87f ? 0f : result;
    }

    /// x · sigmoid(x), the SiLU activation.
    public static float silu(float x) {
        return x / (1f + exp(-x));
    }

    /// x · Φ(x) with Φ in its tanh form, which is x · sigmoid(2 · √(2/π) · (x + 0.044715 · x³)).
    public static float gelu(float x) {
        float u = GELU_SLOPE * Math.fma(GELU_CUBE * x * x, x, x);
        return x / (1f + exp(-u));
    }

    /// 1 / (1 + e^−x).
    public static float sigmoid(float x) {
        return 1f / (1f + exp(-x));
    }

    /// ln(1 + e^x); x itself above 20, where it is the same in single precision.
    public static float softplus(float x) {
        return x > 20f ? x : (float) StrictMath.log1p(exp(x));
    }

    /// The gate of [dev.railhead.spi.Activation#CLAMPED_SWISH].
    public static float clampedSwish(float x) {
        float clamped = Math.min(x, SWISH_LIMIT);
        return clamped / (1f + exp(-(SWISH_SLOPE * clamped)));
    }

    /// What [dev.railhead.spi.Activation#CLAMPED_SWISH] multiplies.
    public static float clampedUp(float x) {
        return Math.max(-SWISH_LIMIT, Math.min(x, SWISH_LIMIT)) + 1f;
    }

    /// The hyperbolic tangent: near 0 by the polynomial of the Cephes library's tanhf, else 1 − 2 / (e^2|x| + 1) with the sign
    /// of x.
    public static float tanh(float x) {
        float magnitude = Math.abs(x);
        float square = x * x;
        float p = -5.70498872745E-3f;
        p = Math.fma(p, square, 2.06390887954E-2f);
        p = Math.fma(p, square, -5.37397155531E-2f);
        p = Math.fma(p, square, 1.33314422036E-1f);
        p = Math.fma(p, square, -3.33332819422E-1f);
        float near = Math.fma(p * square, x, x);
        float far = 1f - 2f / (exp(magnitude + magnitude) + 1f);
        return magnitude < TANH_NEAR ? near : Math.copySign(far, x);
    }

    /// A function of [dev.railhead.spi.Activation].
    public static float activate(Activation function, float x) {
        return switch (function) {
            case SILU -> silu(x);
            case GELU -> gelu(x);
            case RELU -> Math.max(x, 0f);
            case SIGMOID -> sigmoid(x);
            case CLAMPED_SWISH -> clampedSwish(x);
        };
    }

    /// Combines the lanes of a reduction in the fixed tree; `lanes` is overwritten.
    public static float combine(float[] lanes) {
        for (int width = LANES / 2; width > 0; width /= 2) {
            for (int j = 0; j < width; j++) {
                lanes[j] += lanes[j + width];
            }
        }
        return lanes[0];
    }
}
