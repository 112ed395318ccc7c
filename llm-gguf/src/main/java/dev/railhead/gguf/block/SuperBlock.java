package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;

/// What Q4_K and Q5_K share: 256 values in 8 groups of 32, `d · scale · q − dmin · min`, each group with a scale and a
/// minimum of 6 bits. f16 d, f16 dmin, then 12 bytes: byte j < 4 has scale j and byte j + 4 minimum j in their low six
/// bits; byte j + 8 has the low nibbles of scale j + 4 and of minimum j + 4, whose upper two bits are the top bits of
/// the bytes j and j + 4.
final class SuperBlock {
    /// Bytes of d, dmin and the scales.
    static final int HEADER_BYTES = 16;

    private static final int SIZE = 256;
    private static final int GROUP_SIZE = 32;
    private static final int GROUPS = SIZE / GROUP_SIZE;
    private static final int MAX_SCALE = 63;

    private SuperBlock() {}

    static void unpackScales(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at);
        out.dmin[index] = Bytes.half(block, at + 2);
        int s = at + 4;
        int g = index * GROUPS;
        for (int j = 0; j < 4; j++) {
            out.scales[g + j] = (byte) (block[s + j] & 63);
            out.mins[g + j] = (byte) (block[s + j + 4] & 63);
            out.scales[g + j + 4] = (byte) (block[s + j + 8] & 15 | (block[s + j] >> 6 & 3) << 4);
            out.mins[g + j + 4] = (byte) (block[s + j + 8] >> 4 & 15 | (block[s + j + 4] >> 6 & 3) << 4);
        }
    }

    /// Writes d, dmin, scales and minimums, and gives the codes.
    ///
    /// @param maxCode the largest code, 15 or 31
    static byte[] quantize(float[] in, int from, int maxCode, byte[] block, int at) {
        float[] mins = new float[GROUPS];
        float[] ranges = new float[GROUPS];
        for (int g = 0; g < GROUPS; g++) {
            mins[g] = Math.max(0, -Rounding.min(in, from + g * GROUP_SIZE, GROUP_SIZE));
        }
        float dmin = Bytes.putHalf(block, at + 2, Rounding.max(mins, 0, GROUPS) / MAX_SCALE);
        int[] minCodes = codes(mins, Rounding.inverse(dmin));
        for (int g = 0; g < GROUPS; g++) {
            float max = Rounding.max(in, from + g * GROUP_SIZE, GROUP_SIZE);
            ranges[g] = Math.max(0, max + dmin * minCodes[g]) / maxCode;
        }
        float d = Bytes.putHalf(block, at, Rounding.max(ranges, 0, GROUPS) / MAX_SCALE);
        int[] scaleCodes = codes(ranges, Rounding.inverse(d));
        packScales(scaleCodes, minCodes, block, at + 4);

        byte[] codes = new byte[SIZE];
        for (int i = 0; i < SIZE; i++) {
            int g = i / GROUP_SIZE;
            codes[i] = (byte) Rounding.code(in[from + i] + dmin * minCodes[g], Rounding.inverse(d * scaleCodes[g]), 0,
                    maxCode);
        }
        return codes;
    }

    private static int[] codes(float[] values, float inverse) {
        int[] codes = new int[GROUPS];
        for (int g = 0; g < GROUPS; g++) {
            codes[g] = Rounding.code(values[g], inverse, 0, MAX_SCALE);
        }
        return codes;
    }

    private static void packScales(int[] scales, int[] mins, byte[] block, int s) {
        for (int j = 0; j < 4; j++) {
            block[s + j] = (byte) (scales[j] | scales[j + 4] >> 4 << 6);
            block[s + j + 4] = (byte) (mins[j] | mins[j + 4] >> 4 << 6);
            block[s + j + 8] = (byte) (scales[j + 4] & 15 | (mins[j + 4] & 15) << 4);
        }
    }
}
