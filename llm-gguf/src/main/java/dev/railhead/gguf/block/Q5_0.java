package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 32 values `d · (q − 16)`: f16 d, u32 of fifth bits, 16 bytes of [Nibbles].
final class Q5_0 extends CodeType {
    private static final int BIAS = 16;

    Q5_0() {
        super("Q5_0", 6, 32, 22, new CodeLayout(5, -BIAS, 32, false, CodeLayout.Scales.HALF));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at);
        out.scales[index] = 1;
        Nibbles.unpack5(Bytes.int32(block, at + 2), block, at + 6, BIAS, out.codes, index * blockSize());
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float d = Bytes.putHalf(block, at, Rounding.signedScale(in, from, blockSize(), BIAS));
        float inverse = Rounding.inverse(d);
        int fifth = 0;
        for (int i = 0; i < blockSize(); i++) {
            int q = Rounding.code(in[from + i], inverse, -BIAS, BIAS - 1) + BIAS;
            Nibbles.put(block, at + 6, i, q);
            fifth |= q >> 4 << i;
        }
        Bytes.putInt32(block, at + 2, fifth);
    }
}
