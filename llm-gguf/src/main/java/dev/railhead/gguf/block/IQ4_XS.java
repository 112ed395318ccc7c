package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 256 values `d · (scale − 32) · T[q]` in 8 groups of 32, with the table of [Tables#IQ4]: f16 d, u16 of the upper two bits of
/// the scales, 4 bytes of their low nibbles, then 16 bytes of nibbles for each group as in [IQ4_NL].
final class IQ4_XS extends CodeType {
    private static final int GROUPS = 8;
    private static final int GROUP_SIZE = 32;
    private static final int BIAS = 32;
    private static final int MAX_SCALE = 31;
    private static final int LARGEST = 127;
    private static final int HIGH = 2;
    private static final int LOW = 4;
    private static final int CODES = 8;

    IQ4_XS() {
        super("IQ4_XS", 23, 256, 136, new CodeLayout(Tables.IQ4, GROUP_SIZE, CodeLayout.Scales.SUPER, 1f));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at);
        int high = Bytes.int32(block, at) >>> 16;
        for (int g = 0; g < GROUPS; g++) {
            int low = block[at + LOW + g / 2] >> g % 2 * 4 & 15;
            out.scales[index * GROUPS + g] = (byte) ((low | (high >> 2 * g & 3) << 4) - BIAS);
            Tables.unpack(Tables.IQ4, block, at + CODES + 16 * g, 16, out.codes, index * blockSize() + GROUP_SIZE * g);
        }
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float[] scales = new float[GROUPS];
        for (int g = 0; g < GROUPS; g++) {
            scales[g] = Rounding.signedScale(in, from + g * GROUP_SIZE, GROUP_SIZE, LARGEST);
        }
        float d = Bytes.putHalf(block, at, Math.abs(Rounding.extreme(scales, 0, GROUPS)) / MAX_SCALE);
        for (int g = 0; g < GROUPS; g++) {
            int scale = Rounding.code(scales[g], Rounding.inverse(d), -MAX_SCALE, MAX_SCALE);
            block[at + LOW + g / 2] |= (byte) ((scale + BIAS & 15) << g % 2 * 4);
            block[at + HIGH + g / 4] |= (byte) (scale + BIAS >> 4 << g % 4 * 2);
            Tables.pack(Tables.IQ4, in, from + g * GROUP_SIZE, Rounding.inverse(d * scale), block,
                    at + CODES + 16 * g, 16);
        }
    }
}
