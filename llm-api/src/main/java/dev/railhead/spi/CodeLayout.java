package dev.railhead.spi;

import org.jspecify.annotations.Nullable;

/// The integers that the values of a weight type are made of.
///
/// @param bits bits of a code, 4, 5, 6 or 8
/// @param lowest the smallest code: 0 for unsigned codes, −2^(bits−1) for signed ones, the smallest entry of a table
/// @param groupSize values that share a scale, 16 or 32
/// @param hasMins whether a minimum is subtracted from each value
/// @param scales where the scales come from
/// @param table what codes of 4 bits stand for; null where they are neighbouring integers
/// @param unit a power of two that is a factor of every `d`
public record CodeLayout(int bits, int lowest, int groupSize, boolean hasMins, Scales scales,
        @Nullable CodeTable table, float unit) {
    /// Codes that are neighbouring integers.
    public CodeLayout(int bits, int lowest, int groupSize, boolean hasMins, Scales scales) {
        this(bits, lowest, groupSize, hasMins, scales, null, 1f);
    }

    /// Codes of 4 bits that a table makes integers of, without minimums.
    public CodeLayout(CodeTable table, int groupSize, Scales scales, float unit) {
        this(4, lowest(table), groupSize, false, scales, table, unit);
    }

    private static int lowest(CodeTable table) {
        int lowest = table.value(0);
        for (byte value : table.values()) {
            lowest = Math.min(lowest, value);
        }
        return lowest;
    }

    /// Where the scales of a type come from.
    public enum Scales {
        /// The block is one group; `d` and `dmin` are half precision numbers, `scales[0]` and `mins[0]` are 1.
        HALF,
        /// The block is one or more groups with the same scale: `d` is a single precision number, every `scales[g]`
        /// is 1.
        FLOAT,
        /// A super-block of several groups: `d`, without [CodeLayout#unit], and `dmin` are half precision numbers,
        /// `scales[g]` and `mins[g]` are integers of at most 8 bits.
        SUPER,
        /// The block is one group without minimum; `d` is a power of two from 2^−128 to 2^127, `scales[0]` is 1.
        E8M0,
        /// Each group has a number of its own: `d` is 1 and `scales[g]` the bits of a number of 4 exponent and 3 fraction
        /// bits, see [#value].
        E4M3;

        /// From the place of an 8-bit float's exponent and fraction in a single to half its value: the difference of the
        /// biases less one, for tables that hold twice the value.
        private static final float HALF_E4M3 = 0x1p119f;

        /// The number that an entry of [CodeBlocks#scales] stands for: itself, but for [#E4M3] half of the 8-bit float. The
        /// sign bit is ignored; the one code that is no number, 0x7F, counts as 0.
        public float value(byte scale) {
            if (this != E4M3) {
                return scale;
            }
            return scale == 0x7F ? 0f : Float.intBitsToFloat((scale & 0x7F) << 20) * HALF_E4M3;
        }
    }
}
