package dev.railhead.spi;

/// What is added to the scores of attention for the distance from a query to a key (Raffel et al., "T5", 2020).
///
/// @param values `float[headCount][2 · reach + 1]`, finite: for each query head the biases of the distances −reach to reach, the
///     key's position less the query's. Not copied, not to be changed.
/// @param reach the distance from which on the bias doesn't change any more
public record PositionBias(float[] values, int reach) {
    /// Checks the reach.
    public PositionBias {
        if (reach < 1) {
            throw new IllegalArgumentException("reach: expected 1 or more, found " + reach);
        }
    }

    /// The bias of a key.
    ///
    /// @param head the query's head
    /// @param distance the key's position less the query's
    public float of(int head, int distance) {
        return values[head * (2 * reach + 1) + Math.clamp(distance, -reach, reach) + reach];
    }
}
