package dev.railhead.cpu.packed;

/// Bytes in tiles of 8 by 8: a long for each row, its first byte in the lowest place. Long arithmetic instead of vectors
/// because packing is over before the compiler would be done with vectors.
final class ByteTranspose {
    /// Rows, and bytes of a row.
    static final int SIZE = Long.BYTES;

    private static final long FOURS = 0x00000000FFFFFFFFL;
    private static final long PAIRS = 0x0000FFFF0000FFFFL;
    private static final long BYTES = 0x00FF00FF00FF00FFL;

    private ByteTranspose() {}

    /// The same byte in all eight places.
    static long repeat(int value) {
        return (value & 0xFF) * 0x0101010101010101L;
    }

    /// Transposes a tile: byte j of row i becomes byte i of row j. Quarters of 4 by 4 change places, then within each its
    /// quarters of 2 by 2, then single bytes.
    static void transpose(long[] t) {
        for (int i = 0; i < 4; i++) {
            exchange(t, i, i + 4, 32, FOURS);
        }
        for (int i = 0; i < 8; i += 4) {
            exchange(t, i, i + 2, 16, PAIRS);
            exchange(t, i + 1, i + 3, 16, PAIRS);
        }
        for (int i = 0; i < 8; i += 2) {
            exchange(t, i, i + 1, 8, BYTES);
        }
    }

    /// Writes the rows of a tile.
    ///
    /// @param pitch bytes from one row to the next
    static void store(long[] t, byte[] out, int at, int pitch) {
        for (int i = 0; i < SIZE; i++) {
            LittleEndian.putEight(out, at + i * pitch, t[i]);
        }
    }

    /// Exchanges the upper parts of row a with the lower ones of row b.
    private static void exchange(long[] t, int a, int b, int shift, long lower) {
        long differ = (t[a] >>> shift ^ t[b]) & lower;
        t[a] ^= differ << shift;
        t[b] ^= differ;
    }
}
