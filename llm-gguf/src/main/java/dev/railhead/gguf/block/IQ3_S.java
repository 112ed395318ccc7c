package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 256 values `d · (2 s + 1) · magnitude` with signs, in 8 groups of 32: f16 d; the low eight bits of a point of [Grids#IQ3_S] for
/// each 4 values; a byte with the ninth bits of a group's 8 points; a sign for each value; a nibble s for each group.
final class IQ3_S extends CodeType {
    private static final byte[] MAGNITUDES = {1, 3, 5, 7, 9, 11, 13, 15};
    private static final int GROUPS = 8;
    private static final int GROUP_SIZE = 32;
    private static final int MAX_SCALE = 15;
    private static final int LOW = 2;
    private static final int HIGH = 66;
    private static final int SIGNS = 74;
    private static final int SCALES = 106;

    IQ3_S() {
        super("IQ3_S", 21, 256, 110,
                new CodeLayout(Tables.signed(MAGNITUDES), GROUP_SIZE, CodeLayout.Scales.SUPER, 1f));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at);
        for (int g = 0; g < GROUPS; g++) {
            int s = block[at + SCALES + g / 2] >> g % 2 * 4 & 15;
            out.scales[index * GROUPS + g] = (byte) (2 * s + 1);
        }
        for (int i = 0; i < 64; i++) {
            int point = block[at + LOW + i] & 0xFF | (block[at + HIGH + i / 8] >> i % 8 & 1) << 8;
            Grids.IQ3_S.unpack(point, MAGNITUDES, block[at + SIGNS + i / 2] >> i % 2 * 4, out.codes,
                    index * blockSize() + 4 * i);
        }
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float[] wanted = GridScales.wanted(in, from, GROUPS, GROUP_SIZE, 15);
        float d = Bytes.putHalf(block, at, Rounding.max(wanted, 0, GROUPS) / (2 * MAX_SCALE + 1));
        for (int i = 0; i < 64; i++) {
            int g = i / 8;
            int s = GridScales.code(wanted[g], d, MAX_SCALE);
            block[at + SCALES + g / 2] |= (byte) (s << g % 2 * 4);
            int point = GridScales.point(Grids.IQ3_S, 4, MAGNITUDES, in, from + 4 * i,
                    Rounding.inverse(d * (2 * s + 1)));
            block[at + LOW + i] = (byte) point;
            block[at + HIGH + g] |= (byte) (point >> 8 << i % 8);
        }
        for (int i = 0; i < 32; i++) {
            block[at + SIGNS + i] = (byte) GridScales.signs(in, from + 8 * i);
        }
    }
}
