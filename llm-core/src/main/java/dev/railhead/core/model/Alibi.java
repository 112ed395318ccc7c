package dev.railhead.core.model;

import dev.railhead.spi.PositionBias;

/// Attention with linear biases (Press et al., 2021): scores fall with the distance, by a slope of each head's own.
final class Alibi {
    private Alibi() {}

    /// The biases of all heads.
    ///
    /// @param maxBias 8 in the paper
    /// @param contextLength positions a sequence may have
    static PositionBias bias(int heads, float maxBias, int contextLength) {
        int reach = contextLength;
        int length = 2 * reach + 1;
        float[] values = new float[Math.multiplyExact(heads, length)];
        for (int head = 0; head < heads; head++) {
            float slope = slope(head, heads, maxBias);
            for (int i = 0; i < length; i++) {
                values[head * length + i] = -slope * Math.abs(i - reach);
            }
        }
        return new PositionBias(values, reach);
    }

    /// A geometric sequence over the heads; where they are no power of two, those beyond the largest one below fill the gaps.
    private static float slope(int head, int heads, float maxBias) {
        int power = Integer.highestOneBit(heads);
        double exponent = head < power
                ? -maxBias / power * (head + 1)
                : -maxBias / 2 / power * (2 * (head - power) + 1);
        return (float) StrictMath.pow(2, exponent);
    }
}
