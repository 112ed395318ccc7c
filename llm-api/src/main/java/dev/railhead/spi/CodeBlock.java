package dev.railhead.spi;

/// One block of a weight type, taken apart: a buffer to be reused. Value i is
/// `d · scales[g] · codes[i] − dmin · mins[g]` with `g = i / groupSize`. The product `d · scales[g]` is exact in float
/// for
/// half precision `d`.
public final class CodeBlock {
    /// `byte[blockSize]`; values `lowest` to `lowest + 2^bits − 1`.
    public final byte[] codes;

    /// Signed integers, `byte[blockSize / groupSize]`.
    public final byte[] scales;

    /// Integers 0 to 127, `byte[blockSize / groupSize]`; 0 for types without minimum.
    public final byte[] mins;

    /// Scale of the block.
    public float d;

    /// Scale of the minimums; 0 for types without.
    public float dmin;

    /// A buffer for blocks of a type.
    ///
    /// @param type a type of the form CODES
    public CodeBlock(WeightType type) {
        CodeLayout layout = type.codes();
        if (layout == null) {
            throw new IllegalArgumentException("type " + type.name() + " has no codes");
        }
        int groups = type.blockSize() / layout.groupSize();
        codes = new byte[type.blockSize()];
        scales = new byte[groups];
        mins = new byte[groups];
    }
}
