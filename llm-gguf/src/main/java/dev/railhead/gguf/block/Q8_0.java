package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 32 values `d · q`: f16 d, 32 signed bytes.
final class Q8_0 extends CodeType {
    private static final int MAX = 127;

    Q8_0() {
        super("Q8_0", 8, 32, 34, new CodeLayout(8, -128, 32, false, CodeLayout.Scales.HALF));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at);
        out.scales[index] = 1;
        System.arraycopy(block, at + 2, out.codes, index * blockSize(), blockSize());
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float d = Bytes.putHalf(block, at, Math.abs(Rounding.extreme(in, from, blockSize())) / MAX);
        float inverse = Rounding.inverse(d);
        for (int i = 0; i < blockSize(); i++) {
            block[at + 2 + i] = (byte) Rounding.code(in[from + i], inverse, -MAX, MAX);
        }
    }
}
