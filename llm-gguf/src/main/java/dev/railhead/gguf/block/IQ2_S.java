package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 256 values as in [IQ2_XXS] in 16 groups of 16: f16 d; for each 8 values the low eight bits of a point of [Grids#IQ2_S]; for
/// each 8 values eight signs; for each 32 values a byte of four times the upper two bits of a point; a nibble s for each group.
final class IQ2_S extends CodeType {
    private static final int GROUPS = 16;
    private static final int GROUP_SIZE = 16;
    private static final float UNIT = 0x1p-3f;
    private static final int MAX_SCALE = 15;
    private static final int LOW = 2;
    private static final int SIGNS = 34;
    private static final int HIGH = 66;
    private static final int SCALES = 74;

    IQ2_S() {
        super("IQ2_S", 22, 256, 82, new CodeLayout(Tables.IQ2, GROUP_SIZE, CodeLayout.Scales.SUPER, UNIT));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at) * UNIT;
        for (int g = 0; g < GROUPS; g++) {
            int s = block[at + SCALES + g / 2] >> g % 2 * 4 & 15;
            out.scales[index * GROUPS + g] = (byte) (2 * s + 1);
        }
        for (int i = 0; i < 32; i++) {
            int point = block[at + LOW + i] & 0xFF | (block[at + HIGH + i / 4] >> i % 4 * 2 & 3) << 8;
            Grids.IQ2_S.unpack(point, Tables.IQ2_MAGNITUDES, block[at + SIGNS + i], out.codes,
                    index * blockSize() + 8 * i);
        }
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float[] wanted = GridScales.wanted(in, from, GROUPS, GROUP_SIZE, 43);
        float d = Bytes.putHalf(block, at, Rounding.max(wanted, 0, GROUPS) / (UNIT * (2 * MAX_SCALE + 1))) * UNIT;
        for (int i = 0; i < 32; i++) {
            int g = i / 2;
            int s = GridScales.code(wanted[g], d, MAX_SCALE);
            block[at + SCALES + g / 2] |= (byte) (s << g % 2 * 4);
            int point = GridScales.point(Grids.IQ2_S, 8, Tables.IQ2_MAGNITUDES, in, from + 8 * i,
                    Rounding.inverse(d * (2 * s + 1)));
            block[at + LOW + i] = (byte) point;
            block[at + HIGH + i / 4] |= (byte) (point >> 8 << i % 4 * 2);
            block[at + SIGNS + i] = (byte) GridScales.signs(in, from + 8 * i);
        }
    }
}
