package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;
import java.util.Arrays;

/// 128 values d or −d: f16 d, a bit for each value, the first in the lowest place; 1 is d.
final class Q1_0 extends CodeType {
    private static final int GROUPS = 4;

    Q1_0() {
        super("Q1_0", 41, 128, 18, new CodeLayout(4, -8, 32, false, CodeLayout.Scales.FLOAT));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at);
        Arrays.fill(out.scales, index * GROUPS, (index + 1) * GROUPS, (byte) 1);
        for (int i = 0; i < blockSize(); i++) {
            out.codes[index * blockSize() + i] = (byte) ((block[at + 2 + i / 8] >> i % 8 & 1) * 2 - 1);
        }
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        Bytes.putHalf(block, at, Math.abs(Rounding.extreme(in, from, blockSize())));
        for (int i = 0; i < blockSize(); i++) {
            block[at + 2 + i / 8] |= (byte) ((in[from + i] < 0 ? 0 : 1) << i % 8);
        }
    }
}
