package dev.railhead.gguf.block;

import dev.railhead.spi.CodeTable;

/// What 4-bit codes of the types that are not linear stand for.
final class Tables {
    /// The values of IQ4_NL and IQ4_XS, nearer to one another where weights are more frequent.
    static final CodeTable IQ4 = new CodeTable(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89,
            113);

    /// Twice the values of a float of 2 exponent and 1 fraction bits (E2M1 of the OCP Microscaling Formats). The negative zero
    /// is a zero.
    static final CodeTable E2M1 = new CodeTable(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);

    /// The magnitudes of the IQ2 types.
    static final byte[] IQ2_MAGNITUDES = {8, 25, 43};

    /// The magnitudes and signs of the IQ2 types.
    static final CodeTable IQ2 = signed(IQ2_MAGNITUDES);

    /// Eight times −1, 0 and 1, plus or minus one.
    static final CodeTable IQ1 = new CodeTable(-9, -7, -1, 1, 7, 9);

    private Tables() {}

    /// Magnitudes with both signs.
    static CodeTable signed(byte[] magnitudes) {
        int[] entries = new int[2 * magnitudes.length];
        for (int i = 0; i < magnitudes.length; i++) {
            entries[i] = magnitudes[i];
            entries[magnitudes.length + i] = -magnitudes[i];
        }
        return new CodeTable(entries);
    }

    /// The entry nearest to a value, the first of several.
    static int nearest(CodeTable table, float value) {
        int best = 0;
        for (int i = 1; i < CodeTable.SIZE; i++) {
            if (Math.abs(value - table.value(i)) < Math.abs(value - table.value(best))) {
                best = i;
            }
        }
        return best;
    }

    /// Nibbles of so many bytes: byte j has value j in its low one and value j + count in its high one.
    static void unpack(CodeTable table, byte[] block, int at, int count, byte[] codes, int to) {
        for (int j = 0; j < count; j++) {
            codes[to + j] = table.value(block[at + j] & 15);
            codes[to + j + count] = table.value(block[at + j] >> 4 & 15);
        }
    }

    /// The other way, rounding values times `inverse`.
    static void pack(CodeTable table, float[] in, int from, float inverse, byte[] block, int at, int count) {
        for (int j = 0; j < count; j++) {
            int low = nearest(table, in[from + j] * inverse);
            int high = nearest(table, in[from + j + count] * inverse);
            block[at + j] = (byte) (low | high << 4);
        }
    }
}
