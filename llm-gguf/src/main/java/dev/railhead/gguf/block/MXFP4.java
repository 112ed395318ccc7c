package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 32 values `2^(e − 128) · T[q]` with the table of [Tables#E2M1]: a byte e, then nibbles as in [IQ4_NL].
final class MXFP4 extends CodeType {
    private static final int BIAS = 128;
    private static final int LARGEST = 12;

    /// 2^−128 with e = 0; twice as much with e = 1. From 2 on e − 1 is the exponent of a normal single.
    private static final int LEAST_BITS = 0x0020_0000;

    MXFP4() {
        super("MXFP4", 39, 32, 17, new CodeLayout(Tables.E2M1, 32, CodeLayout.Scales.E8M0, 1f));
    }

    private static float scale(int e) {
        return Float.intBitsToFloat(e < 2 ? LEAST_BITS << e : e - 1 << 23);
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = scale(block[at] & 0xFF);
        out.scales[index] = 1;
        Tables.unpack(Tables.E2M1, block, at + 1, 16, out.codes, index * blockSize());
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float wanted = Math.abs(Rounding.extreme(in, from, blockSize())) / LARGEST;
        int e = Math.clamp(Math.getExponent(wanted) + BIAS, 0, 255);
        if (wanted > scale(e) && e < 255) {
            e++;
        }
        block[at] = (byte) e;
        Tables.pack(Tables.E2M1, in, from, 1 / scale(e), block, at + 1, 16);
    }
}
