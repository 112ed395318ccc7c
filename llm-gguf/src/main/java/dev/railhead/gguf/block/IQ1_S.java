package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 256 values `d / 8 · (2 s + 1) · (8 digit ± 1)` with digits −1, 0 and 1, in 8 groups of 32: f16 d; the low eight bits of a point of
/// [Grids#IQ1] for each 8 values; a u16 for each group with four times the upper three bits of a point, three bits s, and the top
/// bit set where one is subtracted.
final class IQ1_S extends CodeType {
    private static final int GROUPS = 8;
    private static final int GROUP_SIZE = 32;
    private static final float UNIT = 0x1p-3f;
    private static final int MAX_SCALE = 7;
    private static final int LOW = 2;
    private static final int HIGH = 34;

    IQ1_S() {
        super("IQ1_S", 19, 256, 50, new CodeLayout(Tables.IQ1, GROUP_SIZE, CodeLayout.Scales.SUPER, UNIT));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at) * UNIT;
        for (int g = 0; g < GROUPS; g++) {
            int high = block[at + HIGH + 2 * g] & 0xFF | (block[at + HIGH + 2 * g + 1] & 0xFF) << 8;
            out.scales[index * GROUPS + g] = (byte) (2 * (high >> 12 & 7) + 1);
            for (int l = 0; l < 4; l++) {
                int point = block[at + LOW + 4 * g + l] & 0xFF | (high >> 3 * l & 7) << 8;
                Ternary.unpack(point, high >> 15, out.codes, index * blockSize() + g * GROUP_SIZE + 8 * l);
            }
        }
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float[] wanted = GridScales.wanted(in, from, GROUPS, GROUP_SIZE, 9);
        float d = Bytes.putHalf(block, at, Rounding.max(wanted, 0, GROUPS) / (UNIT * (2 * MAX_SCALE + 1))) * UNIT;
        for (int g = 0; g < GROUPS; g++) {
            int first = from + g * GROUP_SIZE;
            int s = GridScales.code(wanted[g], d, MAX_SCALE);
            int minus = Ternary.minus(in, first, GROUP_SIZE);
            int high = s << 12 | minus << 15;
            for (int l = 0; l < 4; l++) {
                int point = Ternary.point(in, first + 8 * l, Rounding.inverse(d * (2 * s + 1)), minus);
                block[at + LOW + 4 * g + l] = (byte) point;
                high |= point >> 8 << 3 * l;
            }
            block[at + HIGH + 2 * g] = (byte) high;
            block[at + HIGH + 2 * g + 1] = (byte) (high >> 8);
        }
    }
}
