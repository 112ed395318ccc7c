package dev.railhead.spi;

import java.util.Arrays;

/// The 16 signed bytes that 4-bit codes of a type stand for, where these are not 16 neighbouring integers. Immutable.
public final class CodeTable {
    /// Number of entries.
    public static final int SIZE = 16;

    private final byte[] values = new byte[SIZE];

    /// The first entry with a value, for each value from −128.
    private final byte[] indexes = new byte[256];

    /// @param entries at most 16 values −128 to 127; entries that are left are the first value again
    public CodeTable(int... entries) {
        if (entries.length == 0 || entries.length > SIZE) {
            throw new IllegalArgumentException("table: expected 1 to 16 entries, found " + entries.length);
        }
        Arrays.fill(values, (byte) entries[0]);
        for (int i = entries.length - 1; i >= 0; i--) {
            if (entries[i] != (byte) entries[i]) {
                throw new IllegalArgumentException("table: expected signed bytes, found " + entries[i]);
            }
            values[i] = (byte) entries[i];
            indexes[entries[i] + 128] = (byte) i;
        }
    }

    /// The value of an entry, 0 to 15.
    public byte value(int index) {
        return values[index];
    }

    /// The first entry with a value; 0 if there is none.
    public int index(byte value) {
        return indexes[value + 128];
    }

    /// All entries, a copy.
    public byte[] values() {
        return values.clone();
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
