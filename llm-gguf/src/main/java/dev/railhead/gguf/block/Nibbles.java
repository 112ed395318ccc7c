package dev.railhead.gguf.block;

/// The 16 bytes of 4-bit codes that Q4_0, Q4_1, Q5_0 and Q5_1 share: byte j holds value j in its low nibble and value
/// j + 16 in its high one. Bit i of the fifth-bit word belongs to value i.
final class Nibbles {
    private static final int HALF = 16;

    /// The low nibbles of eight bytes.
    static final long LOW = 0x0F0F0F0F0F0F0F0FL;

    private static final long SIGNS = 0x8080808080808080L;
    private static final long ONES = 0x0101010101010101L;

    private Nibbles() {}

    static void unpack4(byte[] block, int at, int bias, byte[] codes, int to) {
        for (int j = 0; j < HALF; j += Long.BYTES) {
            long b = Bytes.int64(block, at + j);
            Bytes.putInt64(codes, to + j, less(b & LOW, bias));
            Bytes.putInt64(codes, to + j + HALF, less(b >>> 4 & LOW, bias));
        }
    }

    static void unpack5(int fifth, byte[] block, int at, int bias, byte[] codes, int to) {
        for (int j = 0; j < HALF; j += Long.BYTES) {
            long b = Bytes.int64(block, at + j);
            Bytes.putInt64(codes, to + j, less(b & LOW | fifthBits(fifth >> j), bias));
            Bytes.putInt64(codes, to + j + HALF, less(b >>> 4 & LOW | fifthBits(fifth >> j + HALF), bias));
        }
    }

    /// Bit i of the low eight as bit 4 of byte i: each byte keeps its own bit of a copy of all eight, and adding 127 carries
    /// that to the top.
    private static long fifthBits(int bits) {
        long own = (bits & 0xFF) * ONES & 0x8040201008040201L;
        return own + 0x7F7F7F7F7F7F7F7FL >>> 3 & 0x1010101010101010L;
    }

    /// Subtracts a bias from each of eight bytes 0 to 127; the bit that is set meanwhile keeps a borrow from the next byte.
    static long less(long codes, int bias) {
        return (codes | SIGNS) - bias * ONES ^ SIGNS;
    }

    /// Adds the low four bits of a code.
    static void put(byte[] block, int at, int i, int code) {
        block[at + (i & 15)] |= (byte) ((code & 15) << (i & HALF) / 4);
    }
}
