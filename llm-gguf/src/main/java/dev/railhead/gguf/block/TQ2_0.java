package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;
import java.util.Arrays;

/// 256 values `d · (q − 1)`: for each 128 values 32 bytes, whose lowest two bits are the first 32 values, the next two bits the
/// next 32 and so on, then f16 d.
final class TQ2_0 extends CodeType {
    private static final int GROUPS = 8;
    private static final int D = 64;

    TQ2_0() {
        super("TQ2_0", 35, 256, 66, new CodeLayout(4, -8, 32, false, CodeLayout.Scales.FLOAT));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at + D);
        Arrays.fill(out.scales, index * GROUPS, (index + 1) * GROUPS, (byte) 1);
        for (int i = 0; i < blockSize(); i++) {
            out.codes[index * blockSize() + i] = (byte) ((block[at + i / 128 * 32 + i % 32] >> i / 32 % 4 * 2 & 3) - 1);
        }
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float d = Bytes.putHalf(block, at + D, Math.abs(Rounding.extreme(in, from, blockSize())));
        for (int i = 0; i < blockSize(); i++) {
            int q = Rounding.code(in[from + i], Rounding.inverse(d), -1, 1) + 1;
            block[at + i / 128 * 32 + i % 32] |= (byte) (q << i / 32 % 4 * 2);
        }
    }
}
