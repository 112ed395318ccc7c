package dev.railhead.cpu.packed;

/// The activations of a matrix product as the kernels read them: cut into tiles of a few rows, in a tile k by k with the
/// rows as neighbours, so that the kernels read straight on. A tile of `size` rows that begins at row `start` has its values
/// from `start · columns`, and what belongs to blocks of n values from `start · (columns / n)`. The arrays may be longer than
/// the rows, and those that no matrix asked for hold anything.
public final class ActivationTiles {
    /// What a form computes with.
    public enum Input {
        /// [ActivationTiles#values].
        VALUES,
        /// [ActivationTiles#codes] and the arrays of blocks.
        CODES,
        /// [ActivationTiles#pairs] and the arrays of blocks.
        PAIRS
    }

    /// The values themselves; `float[columns][size]` for each tile.
    public float[] values = {};

    /// Quantized values; `float[columns][size]` for each tile.
    public float[] codes = {};

    /// Quantized values, each in both halves of an int; `int[columns][size]` for each tile.
    public int[] pairs = {};

    /// Scales of the blocks of 32; `float[columns / 32][size]` for each tile.
    public float[] scales = {};

    /// Sums over 16 quantized values; `float[columns / 16][size]` for each tile.
    public float[] sums16 = {};

    /// Sums over 32 quantized values; `float[columns / 32][size]` for each tile.
    public float[] sums32 = {};

    /// −(scale · sum), for minimums, as [#sums16].
    public float[] negated16 = {};

    /// −(scale · sum), for minimums, as [#sums32].
    public float[] negated32 = {};

    /// [#sums16] or [#sums32].
    float[] sums(int groupSize) {
        return groupSize == 16 ? sums16 : sums32;
    }

    /// [#negated16] or [#negated32].
    float[] negated(int groupSize) {
        return groupSize == 16 ? negated16 : negated32;
    }
}
