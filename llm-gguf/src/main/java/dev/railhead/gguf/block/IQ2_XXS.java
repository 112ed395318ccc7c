package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 256 values `d / 8 · (2 s + 1) · magnitude` with signs, in 8 groups of 32: f16 d, then for each group 4 bytes with a point of
/// [Grids#IQ2_XXS] for each 8 values, and a u32 of four times seven signs, the eighth makes the number of negative ones even, and
/// s in the upper four bits.
final class IQ2_XXS extends CodeType {
    private static final int GROUPS = 8;
    private static final int GROUP_SIZE = 32;
    private static final float UNIT = 0x1p-3f;
    private static final int MAX_SCALE = 15;

    IQ2_XXS() {
        super("IQ2_XXS", 16, 256, 66, new CodeLayout(Tables.IQ2, GROUP_SIZE, CodeLayout.Scales.SUPER, UNIT));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at) * UNIT;
        for (int g = 0; g < GROUPS; g++) {
            int qs = at + 2 + 8 * g;
            int signs = Bytes.int32(block, qs + 4);
            out.scales[index * GROUPS + g] = (byte) (2 * (signs >>> 28) + 1);
            for (int l = 0; l < 4; l++) {
                Grids.IQ2_XXS.unpack(block[qs + l] & 0xFF, Tables.IQ2_MAGNITUDES,
                        GridScales.withEighth(signs >>> 7 * l & 127), out.codes,
                        index * blockSize() + g * GROUP_SIZE + 8 * l);
            }
        }
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float[] wanted = GridScales.wanted(in, from, GROUPS, GROUP_SIZE, 43);
        float d = Bytes.putHalf(block, at, Rounding.max(wanted, 0, GROUPS) / (UNIT * (2 * MAX_SCALE + 1))) * UNIT;
        for (int g = 0; g < GROUPS; g++) {
            int qs = at + 2 + 8 * g;
            int s = GridScales.code(wanted[g], d, MAX_SCALE);
            int signs = s << 28;
            float inverse = Rounding.inverse(d * (2 * s + 1));
            for (int l = 0; l < 4; l++) {
                int first = from + g * GROUP_SIZE + 8 * l;
                block[qs + l] = (byte) GridScales.point(Grids.IQ2_XXS, 8, Tables.IQ2_MAGNITUDES, in, first, inverse);
                signs |= (GridScales.evenSigns(in, first) & 127) << 7 * l;
            }
            Bytes.putInt32(block, qs + 4, signs);
        }
    }
}
