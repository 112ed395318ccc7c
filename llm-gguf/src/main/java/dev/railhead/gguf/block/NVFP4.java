package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 64 values in 4 groups of 16, `scale · T[q]` with the table of [Tables#E2M1]: 4 scales in the 8-bit float of
/// [CodeLayout.Scales#E4M3], then 8 bytes for each group, value j in the low nibble of byte j and value j + 8 in the high one.
final class NVFP4 extends CodeType {
    private static final int GROUPS = 4;
    private static final int GROUP_SIZE = 16;
    private static final int GROUP_BYTES = 8;
    private static final int LARGEST = 12;

    /// The largest code of a finite scale.
    private static final int MAX_SCALE = 0x7E;

    NVFP4() {
        super("NVFP4", 40, 64, 36, new CodeLayout(Tables.E2M1, GROUP_SIZE, CodeLayout.Scales.E4M3, 1f));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = 1;
        System.arraycopy(block, at, out.scales, index * GROUPS, GROUPS);
        for (int g = 0; g < GROUPS; g++) {
            Tables.unpack(Tables.E2M1, block, at + GROUPS + g * GROUP_BYTES, GROUP_BYTES, out.codes,
                    index * blockSize() + g * GROUP_SIZE);
        }
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        for (int g = 0; g < GROUPS; g++) {
            int first = from + g * GROUP_SIZE;
            byte scale = nearest(Math.abs(Rounding.extreme(in, first, GROUP_SIZE)) / LARGEST);
            block[at + g] = scale;
            Tables.pack(Tables.E2M1, in, first, Rounding.inverse(CodeLayout.Scales.E4M3.value(scale)), block,
                    at + GROUPS + g * GROUP_BYTES, GROUP_BYTES);
        }
    }

    private static byte nearest(float wanted) {
        int best = 0;
        for (int code = 1; code <= MAX_SCALE; code++) {
            if (Math.abs(wanted - CodeLayout.Scales.E4M3.value((byte) code)) < Math
                    .abs(wanted - CodeLayout.Scales.E4M3.value((byte) best))) {
                best = code;
            }
        }
        return (byte) best;
    }
}
