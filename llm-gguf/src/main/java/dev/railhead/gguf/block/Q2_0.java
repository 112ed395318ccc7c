package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;
import java.util.Arrays;

/// 64 values `d · (q − 1)`: f16 d, two bits for each value, the first in the lowest place.
final class Q2_0 extends CodeType {
    private static final int GROUPS = 2;

    Q2_0() {
        super("Q2_0", 42, 64, 18, new CodeLayout(4, -8, 32, false, CodeLayout.Scales.FLOAT));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at);
        Arrays.fill(out.scales, index * GROUPS, (index + 1) * GROUPS, (byte) 1);
        for (int i = 0; i < blockSize(); i++) {
            out.codes[index * blockSize() + i] = (byte) ((block[at + 2 + i / 4] >> i % 4 * 2 & 3) - 1);
        }
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float inverse = Rounding.inverse(Bytes.putHalf(block, at, Rounding.extreme(in, from, blockSize()) / 2));
        for (int i = 0; i < blockSize(); i++) {
            block[at + 2 + i / 4] |= (byte) (Rounding.code(in[from + i], inverse, -1, 2) + 1 << i % 4 * 2);
        }
    }
}
