package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 256 values with 5-bit codes: the header of [SuperBlock], 32 bytes of fifth bits, then nibbles as in [Q4_K]. Bit k of
/// byte l belongs to value 32·k + l.
final class Q5_K extends CodeType {
    /// The lowest bit of eight bytes.
    private static final long ONES = 0x0101010101010101L;

    Q5_K() {
        super("Q5_K", 13, 256, 176, new CodeLayout(5, 0, 32, true, CodeLayout.Scales.SUPER));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        SuperBlock.unpackScales(block, at, out, index);
        int qh = at + SuperBlock.HEADER_BYTES;
        int qs = qh + 32;
        int to = index * blockSize();
        for (int pair = 0; pair < 4; pair++) {
            for (int l = 0; l < 32; l += Long.BYTES) {
                long b = Bytes.int64(block, qs + pair * 32 + l);
                long high = Bytes.int64(block, qh + l) >>> 2 * pair;
                Bytes.putInt64(out.codes, to + pair * 64 + l, b & Nibbles.LOW | (high & ONES) << 4);
                Bytes.putInt64(out.codes, to + pair * 64 + 32 + l, b >>> 4 & Nibbles.LOW | (high >>> 1 & ONES) << 4);
            }
        }
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        byte[] codes = SuperBlock.quantize(in, from, 31, block, at);
        int qh = at + SuperBlock.HEADER_BYTES;
        int qs = qh + 32;
        for (int pair = 0; pair < 4; pair++) {
            for (int l = 0; l < 32; l++) {
                int first = codes[pair * 64 + l];
                int second = codes[pair * 64 + 32 + l];
                block[qs + pair * 32 + l] = (byte) (first & 15 | (second & 15) << 4);
                block[qh + l] |= (byte) ((first >> 4 | second >> 4 << 1) << 2 * pair);
            }
        }
    }
}
