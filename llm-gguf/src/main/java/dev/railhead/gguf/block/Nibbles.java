package dev.railhead.gguf.block;

/// The 16 bytes of 4-bit codes that Q4_0, Q4_1, Q5_0 and Q5_1 share: byte j holds value j in its low nibble and value
/// j + 16 in its high one. Bit i of the fifth-bit word belongs to value i.
final class Nibbles {
    private static final int HALF = 16;

    private Nibbles() {}

    static void unpack4(byte[] block, int at, int bias, byte[] codes) {
        for (int j = 0; j < HALF; j++) {
            int b = block[at + j];
            codes[j] = (byte) ((b & 15) - bias);
            codes[j + HALF] = (byte) ((b >> 4 & 15) - bias);
        }
    }

    static void unpack5(int fifth, byte[] block, int at, int bias, byte[] codes) {
        for (int j = 0; j < HALF; j++) {
            int b = block[at + j];
            codes[j] = (byte) ((b & 15 | (fifth >> j & 1) << 4) - bias);
            codes[j + HALF] = (byte) ((b >> 4 & 15 | (fifth >> j + HALF & 1) << 4) - bias);
        }
    }

    /// Adds the low four bits of a code.
    static void put(byte[] block, int at, int i, int code) {
        block[at + (i & 15)] |= (byte) ((code & 15) << (i & HALF) / 4);
    }
}
