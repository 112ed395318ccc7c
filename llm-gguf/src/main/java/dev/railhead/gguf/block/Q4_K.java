package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 256 values with 4-bit codes: the header of [SuperBlock], then for each 64 values 32 bytes, whose low nibbles are the
/// first 32 values and whose high nibbles are the others.
final class Q4_K extends CodeType {
    Q4_K() {
        super("Q4_K", 12, 256, 144, new CodeLayout(4, 0, 32, true, CodeLayout.Scales.SUPER));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        SuperBlock.unpackScales(block, at, out, index);
        int qs = at + SuperBlock.HEADER_BYTES;
        int to = index * blockSize();
        for (int pair = 0; pair < 4; pair++) {
            for (int l = 0; l < 32; l += Long.BYTES) {
                long b = Bytes.int64(block, qs + pair * 32 + l);
                Bytes.putInt64(out.codes, to + pair * 64 + l, b & Nibbles.LOW);
                Bytes.putInt64(out.codes, to + pair * 64 + 32 + l, b >>> 4 & Nibbles.LOW);
            }
        }
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        byte[] codes = SuperBlock.quantize(in, from, 15, block, at);
        int qs = at + SuperBlock.HEADER_BYTES;
        for (int pair = 0; pair < 4; pair++) {
            for (int l = 0; l < 32; l++) {
                block[qs + pair * 32 + l] = (byte) (codes[pair * 64 + l] | codes[pair * 64 + 32 + l] << 4);
            }
        }
    }
}
