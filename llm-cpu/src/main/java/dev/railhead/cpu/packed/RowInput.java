package dev.railhead.cpu.packed;

/// One row of activations as the decode loops read it. The arrays may be longer than the row.
public final class RowInput {
    /// The values themselves for float weights; `float[K]`.
    public float[] values = {};

    /// Where the row begins in `values`.
    public int offset;

    /// Quantized values in pairs: the even k in the low 16 bits, the odd one in the high 16; `int[K / 2]`.
    public int[] pairs = {};

    /// Sums over 16 values: of the even k in the low 16 bits, of the odd k in the high 16; `int[K / 16]`.
    public int[] pairSums = {};

    /// Sums over 16 values; `float[K / 16]`.
    public float[] sums = {};

    /// Scale of each group of 16 and of 32: `float[K / 16]`, `float[K / 32]`.
    public float[] scales16 = {};

    /// As [#scales16].
    public float[] scales32 = {};

    /// −(scale · sum) of each group of 16 and of 32, for minimums: `float[K / 16]`, `float[K / 32]`.
    public float[] negated16 = {};

    /// As [#negated16].
    public float[] negated32 = {};

    /// The sum over a group.
    ///
    /// @param k first k of the group
    /// @param groupSize 16 or 32
    float sum(int k, int groupSize) {
        float sum = sums[k / 16];
        return groupSize == 16 ? sum : sum + sums[k / 16 + 1];
    }

    /// The sums over the even and the odd k of a group, as [#pairSums].
    int pairSum(int k, int groupSize) {
        int first = pairSums[k / 16];
        if (groupSize == 16) {
            return first;
        }
        int second = pairSums[k / 16 + 1];
        return first + second & 0xFFFF | (first >> 16) + (second >> 16) << 16;
    }
}
