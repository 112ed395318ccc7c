package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 32 values `d · (q − 8)`: f16 d, 16 bytes of [Nibbles].
final class Q4_0 extends CodeType {
    private static final int BIAS = 8;

    Q4_0() {
        super("Q4_0", 2, 32, 18, new CodeLayout(4, -BIAS, 32, false, CodeLayout.Scales.HALF));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at);
        out.scales[index] = 1;
        Nibbles.unpack4(block, at + 2, BIAS, out.codes, index * blockSize());
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float d = Bytes.putHalf(block, at, Rounding.signedScale(in, from, blockSize(), BIAS));
        float inverse = Rounding.inverse(d);
        for (int i = 0; i < blockSize(); i++) {
            Nibbles.put(block, at + 2, i, Rounding.code(in[from + i], inverse, -BIAS, BIAS - 1) + BIAS);
        }
    }
}
