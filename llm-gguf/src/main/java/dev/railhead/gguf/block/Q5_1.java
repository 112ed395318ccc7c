package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 32 values `d · q + m`: f16 d, f16 m, u32 of fifth bits, 16 bytes of [Nibbles].
final class Q5_1 extends CodeType {
    private static final int MAX = 31;

    Q5_1() {
        super("Q5_1", 7, 32, 24, new CodeLayout(5, 0, 32, true, CodeLayout.Scales.HALF));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at);
        out.dmin[index] = -Bytes.half(block, at + 2);
        out.scales[index] = 1;
        out.mins[index] = 1;
        Nibbles.unpack5(Bytes.int32(block, at + 4), block, at + 8, 0, out.codes, index * blockSize());
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float m = Bytes.putHalf(block, at + 2, Rounding.min(in, from, blockSize()));
        float d = Bytes.putHalf(block, at, (Rounding.max(in, from, blockSize()) - m) / MAX);
        float inverse = Rounding.inverse(d);
        int fifth = 0;
        for (int i = 0; i < blockSize(); i++) {
            int q = Rounding.code(in[from + i] - m, inverse, 0, MAX);
            Nibbles.put(block, at + 8, i, q);
            fifth |= q >> 4 << i;
        }
        Bytes.putInt32(block, at + 4, fifth);
    }
}
