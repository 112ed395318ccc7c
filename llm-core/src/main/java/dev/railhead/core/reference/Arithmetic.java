package dev.railhead.core.reference;

/// The building blocks of `docs/arithmetic.md`.
public final class Arithmetic {
    /// Virtual lanes of a reduction: the lanes of a 512-bit vector of floats.
    public static final int LANES = 16;

    /// Adding and subtracting 1.5 · 2^23 rounds a float of magnitude below 2^22 to the nearest integer, ties to even.
    public static final float ROUND = 12582912f;

    /// Scales below this would overflow when inverted; such a block of activations counts as zero.
    public static final float TINY_SCALE = 0x1p-100f;

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
