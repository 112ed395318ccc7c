package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlock;
import dev.railhead.spi.CodeLayout;

/// 256 values with 5-bit codes: the header of [SuperBlock], 32 bytes of fifth bits, then nibbles as in [Q4_K]. Bit k of
/// byte l belongs to value 32·k + l.
final class Q5_K extends CodeType {
    Q5_K() {
        super("Q5_K", 13, 256, 176, new CodeLayout(5, 0, 32, true, CodeLayout.Scales.SUPER));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlock out) {
        SuperBlock.unpackScales(block, at, out);
        int qh = at + SuperBlock.HEADER_BYTES;
        int qs = qh + 32;
        byte[] codes = out.codes;
        for (int pair = 0; pair < 4; pair++) {
            for (int l = 0; l < 32; l++) {
                int b = block[qs + pair * 32 + l];
                int high = block[qh + l] >> 2 * pair;
                codes[pair * 64 + l] = (byte) (b & 15 | (high & 1) << 4);
                codes[pair * 64 + 32 + l] = (byte) (b >> 4 & 15 | (high >> 1 & 1) << 4);
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
