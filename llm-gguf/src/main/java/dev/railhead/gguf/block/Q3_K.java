package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 256 values `d · (scale − 32) · (q − 4)` in 16 groups of 16: 32 bytes of upper bits, bit k of byte l for value 32·k + l; for
/// each 128 values 32 bytes of the lower two bits as in [Q2_K]; 12 bytes of scales; f16 d. The low nibbles of scales 0 to 7 are
/// those of the first 8 bytes, of scales 8 to 15 their high nibbles; byte 8 + j has the upper two bits of scales j, j + 4, j + 8
/// and j + 12, from the lowest place on.
final class Q3_K extends CodeType {
    private static final int GROUPS = 16;
    private static final int GROUP_SIZE = 16;
    private static final int SCALE_BIAS = 32;
    private static final int MAX_SCALE = 31;
    private static final int BIAS = 4;
    private static final int LOW = 32;
    private static final int SCALES = 96;
    private static final int D = 108;

    Q3_K() {
        super("Q3_K", 11, 256, 110, new CodeLayout(4, -8, GROUP_SIZE, false, CodeLayout.Scales.SUPER));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at + D);
        for (int g = 0; g < GROUPS; g++) {
            int low = block[at + SCALES + g % 8] >> g / 8 * 4 & 15;
            int high = block[at + SCALES + 8 + g % 4] >> g / 4 * 2 & 3;
            out.scales[index * GROUPS + g] = (byte) ((low | high << 4) - SCALE_BIAS);
        }
        for (int i = 0; i < blockSize(); i++) {
            int high = block[at + i % 32] >> i / 32 & 1;
            out.codes[index * blockSize()
                    + i] = (byte) ((block[lowAt(at, i)] >> i / 32 % 4 * 2 & 3 | high << 2) - BIAS);
        }
    }

    private static int lowAt(int at, int i) {
        return at + LOW + i / 128 * 32 + i % 32;
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float[] scales = new float[GROUPS];
        for (int g = 0; g < GROUPS; g++) {
            scales[g] = Rounding.signedScale(in, from + g * GROUP_SIZE, GROUP_SIZE, BIAS);
        }
        float d = Bytes.putHalf(block, at + D, Math.abs(Rounding.extreme(scales, 0, GROUPS)) / MAX_SCALE);
        for (int g = 0; g < GROUPS; g++) {
            int scale = Rounding.code(scales[g], Rounding.inverse(d), -MAX_SCALE, MAX_SCALE);
            block[at + SCALES + g % 8] |= (byte) ((scale + SCALE_BIAS & 15) << g / 8 * 4);
            block[at + SCALES + 8 + g % 4] |= (byte) (scale + SCALE_BIAS >> 4 << g / 4 * 2);
            for (int i = g * GROUP_SIZE; i < (g + 1) * GROUP_SIZE; i++) {
                int code = Rounding.code(in[from + i], Rounding.inverse(d * scale), -BIAS, BIAS - 1) + BIAS;
                block[lowAt(at, i)] |= (byte) ((code & 3) << i / 32 % 4 * 2);
                block[at + i % 32] |= (byte) (code >> 2 << i / 32);
            }
        }
    }
}
