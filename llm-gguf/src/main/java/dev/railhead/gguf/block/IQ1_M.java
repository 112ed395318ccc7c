package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 256 values as in [IQ1_S] in 16 groups of 16: the low eight bits of a point of [Grids#IQ1] for each 8 values; a nibble for each 8
/// values with the upper three bits of the point and above them 1 where one is subtracted; four u16, each with four times three
/// bits s and above them four bits of f16 d, the lowest first.
final class IQ1_M extends CodeType {
    private static final int GROUPS = 16;
    private static final int GROUP_SIZE = 16;
    private static final float UNIT = 0x1p-3f;
    private static final int MAX_SCALE = 7;
    private static final int HIGH = 32;
    private static final int SCALES = 48;

    IQ1_M() {
        super("IQ1_M", 29, 256, 56, new CodeLayout(Tables.IQ1, GROUP_SIZE, CodeLayout.Scales.SUPER, UNIT));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        long scales = Bytes.int64(block, at + SCALES);
        int d = 0;
        for (int g = 0; g < GROUPS; g++) {
            out.scales[index * GROUPS + g] = (byte) (2 * (int) (scales >>> scaleShift(g) & 7) + 1);
        }
        for (int j = 0; j < 4; j++) {
            d |= (int) (scales >>> 16 * j + 12 & 15) << 4 * j;
        }
        out.d[index] = Float.float16ToFloat((short) d) * UNIT;
        for (int i = 0; i < 32; i++) {
            int high = block[at + HIGH + i / 2] >> i % 2 * 4 & 15;
            Ternary.unpack(block[at + i] & 0xFF | (high & 7) << 8, high >> 3, out.codes,
                    index * blockSize() + 8 * i);
        }
    }

    private static int scaleShift(int group) {
        return group / 4 * 16 + group % 4 * 3;
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float[] wanted = GridScales.wanted(in, from, GROUPS, GROUP_SIZE, 9);
        byte[] half = new byte[2];
        float d = Bytes.putHalf(half, 0, Rounding.max(wanted, 0, GROUPS) / (UNIT * (2 * MAX_SCALE + 1))) * UNIT;
        long scales = 0;
        for (int j = 0; j < 4; j++) {
            scales |= (half[j / 2] >> j % 2 * 4 & 15L) << 16 * j + 12;
        }
        for (int g = 0; g < GROUPS; g++) {
            int s = GridScales.code(wanted[g], d, MAX_SCALE);
            scales |= (long) s << scaleShift(g);
            for (int i = 2 * g; i < 2 * g + 2; i++) {
                int minus = Ternary.minus(in, from + 8 * i, 8);
                int point = Ternary.point(in, from + 8 * i, Rounding.inverse(d * (2 * s + 1)), minus);
                block[at + i] = (byte) point;
                block[at + HIGH + i / 2] |= (byte) ((point >> 8 | minus << 3) << i % 2 * 4);
            }
        }
        Bytes.putInt64(block, at + SCALES, scales);
    }
}
