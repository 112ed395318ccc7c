package dev.railhead.spi;

/// The integers that the values of a weight type are made of.
///
/// @param bits bits of a code, 4, 5, 6 or 8
/// @param lowest the smallest code: 0 for unsigned codes, −2^(bits−1) for signed ones
/// @param groupSize values that share a scale, 16 or 32
/// @param hasMins whether a minimum is subtracted from each value
/// @param scales where the scales come from
public record CodeLayout(int bits, int lowest, int groupSize, boolean hasMins, Scales scales) {
    /// Where the scales of a type come from.
    public enum Scales {
        /// The block is one group; `d` and `dmin` are half precision numbers, `scales[0]` and `mins[0]` are 1.
        HALF,
        /// The block is one or more groups with the same scale: `d` is a single precision number, every `scales[g]`
        /// is 1.
        FLOAT,
        /// A super-block of several groups: `d` and `dmin` are half precision numbers, `scales[g]` and `mins[g]` are
        /// integers of at most 8 bits.
        SUPER
    }
}
