package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 256 values as in [IQ2_XXS] in 16 groups of 16: f16 d, a u16 for each 8 values with a point of [Grids#IQ2_XS] in the low nine
/// bits and seven signs above, then a nibble s for each group.
final class IQ2_XS extends CodeType {
    private static final int GROUPS = 16;
    private static final int GROUP_SIZE = 16;
    private static final float UNIT = 0x1p-3f;
    private static final int MAX_SCALE = 15;
    private static final int SCALES = 66;

    IQ2_XS() {
        super("IQ2_XS", 17, 256, 74, new CodeLayout(Tables.IQ2, GROUP_SIZE, CodeLayout.Scales.SUPER, UNIT));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at) * UNIT;
        for (int g = 0; g < GROUPS; g++) {
            int s = block[at + SCALES + g / 2] >> g % 2 * 4 & 15;
            out.scales[index * GROUPS + g] = (byte) (2 * s + 1);
        }
        for (int i = 0; i < 32; i++) {
            int q = block[at + 2 + 2 * i] & 0xFF | (block[at + 3 + 2 * i] & 0xFF) << 8;
            Grids.IQ2_XS.unpack(q & 511, Tables.IQ2_MAGNITUDES, GridScales.withEighth(q >> 9), out.codes,
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
            int q = GridScales.point(Grids.IQ2_XS, 8, Tables.IQ2_MAGNITUDES, in, from + 8 * i,
                    Rounding.inverse(d * (2 * s + 1))) | GridScales.evenSigns(in, from + 8 * i) << 9;
            block[at + 2 + 2 * i] = (byte) q;
            block[at + 3 + 2 * i] = (byte) (q >> 8);
        }
    }
}
