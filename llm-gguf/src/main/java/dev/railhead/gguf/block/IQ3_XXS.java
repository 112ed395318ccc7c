package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 256 values `d / 4 · (2 s + 1) · magnitude` with signs, in 8 groups of 32: f16 d, a point of [Grids#IQ3_XXS] for each 4 values,
/// then a u32 for each group with signs and s as in [IQ2_XXS].
final class IQ3_XXS extends CodeType {
    private static final byte[] MAGNITUDES = {4, 12, 20, 28, 36, 44, 52, 62};
    private static final int GROUPS = 8;
    private static final int GROUP_SIZE = 32;
    private static final float UNIT = 0x1p-2f;
    private static final int MAX_SCALE = 15;
    private static final int SIGNS = 66;

    IQ3_XXS() {
        super("IQ3_XXS", 18, 256, 98,
                new CodeLayout(Tables.signed(MAGNITUDES), GROUP_SIZE, CodeLayout.Scales.SUPER, UNIT));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at) * UNIT;
        for (int g = 0; g < GROUPS; g++) {
            int bits = Bytes.int32(block, at + SIGNS + 4 * g);
            out.scales[index * GROUPS + g] = (byte) (2 * (bits >>> 28) + 1);
            for (int i = 0; i < 8; i++) {
                int signs = GridScales.withEighth(bits >>> 7 * (i / 2) & 127) >> i % 2 * 4;
                Grids.IQ3_XXS.unpack(block[at + 2 + 8 * g + i] & 0xFF, MAGNITUDES, signs, out.codes,
                        index * blockSize() + g * GROUP_SIZE + 4 * i);
            }
        }
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float[] wanted = GridScales.wanted(in, from, GROUPS, GROUP_SIZE, 62);
        float d = Bytes.putHalf(block, at, Rounding.max(wanted, 0, GROUPS) / (UNIT * (2 * MAX_SCALE + 1))) * UNIT;
        for (int g = 0; g < GROUPS; g++) {
            int first = from + g * GROUP_SIZE;
            int s = GridScales.code(wanted[g], d, MAX_SCALE);
            float inverse = Rounding.inverse(d * (2 * s + 1));
            for (int i = 0; i < 8; i++) {
                block[at + 2 + 8 * g + i] = (byte) GridScales.point(Grids.IQ3_XXS, 4, MAGNITUDES, in, first + 4 * i,
                        inverse);
            }
            int bits = s << 28;
            for (int l = 0; l < 4; l++) {
                bits |= (GridScales.evenSigns(in, first + 8 * l) & 127) << 7 * l;
            }
            Bytes.putInt32(block, at + SIGNS + 4 * g, bits);
        }
    }
}
