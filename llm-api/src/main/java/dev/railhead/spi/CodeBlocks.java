package dev.railhead.spi;

/// Blocks of a weight type, taken apart: a buffer to be reused. Value i of all values is
/// `d[i / blockSize] · scales[g] · codes[i] − dmin[i / blockSize] · mins[g]` with `g = i / groupSize`, where `scales[g]` stands
/// for the number [CodeLayout.Scales#value] says. The product of `d` and a scale is exact in float for half precision `d`.
public final class CodeBlocks {
    /// `byte[blocks][blockSize]`; values `lowest` to `lowest + 2^bits − 1`, or entries of the layout's table.
    public final byte[] codes;

    /// Signed integers or 8-bit floats, `byte[blocks][blockSize / groupSize]`.
    public final byte[] scales;

    /// Integers 0 to 127, `byte[blocks][blockSize / groupSize]`; 0 for types without minimum.
    public final byte[] mins;

    /// Scales of the blocks, `float[blocks]`.
    public final float[] d;

    /// Scales of the minimums, `float[blocks]`; 0 for types without.
    public final float[] dmin;

    /// A buffer for blocks of a type.
    ///
    /// @param type a type of the form CODES
    /// @param blocks number of blocks
    public CodeBlocks(WeightType type, int blocks) {
        CodeLayout layout = type.codes();
        if (layout == null) {
            throw new IllegalArgumentException("type " + type.name() + " has no codes");
        }
        int groups = Math.multiplyExact(blocks, type.blockSize() / layout.groupSize());
        codes = new byte[Math.multiplyExact(blocks, type.blockSize())];
        scales = new byte[groups];
        mins = new byte[groups];
        d = new float[blocks];
        dmin = new float[blocks];
    }
}
