package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 256 values `d · scale · q − dmin · min` in 16 groups of 16: 16 bytes with a scale in the low nibble and a minimum in the high
/// one, then for each 128 values 32 bytes, whose lowest two bits are the first 32 values, the next two bits the next 32 and so
/// on, then f16 d, f16 dmin.
final class Q2_K extends CodeType {
    private static final int GROUPS = 16;
    private static final int GROUP_SIZE = 16;
    private static final int MAX_SCALE = 15;
    private static final int MAX_CODE = 3;
    private static final int CODES = 16;
    private static final int D = 80;
    private static final int DMIN = 82;

    Q2_K() {
        super("Q2_K", 10, 256, 84, new CodeLayout(4, 0, GROUP_SIZE, true, CodeLayout.Scales.SUPER));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at + D);
        out.dmin[index] = Bytes.half(block, at + DMIN);
        for (int g = 0; g < GROUPS; g++) {
            out.scales[index * GROUPS + g] = (byte) (block[at + g] & 15);
            out.mins[index * GROUPS + g] = (byte) (block[at + g] >> 4 & 15);
        }
        for (int i = 0; i < blockSize(); i++) {
            out.codes[index * blockSize() + i] = (byte) (block[byteAt(at, i)] >> shift(i) & 3);
        }
    }

    private static int byteAt(int at, int i) {
        return at + CODES + i / 128 * 32 + i % 32;
    }

    private static int shift(int i) {
        return i / 32 % 4 * 2;
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float[] mins = new float[GROUPS];
        float[] ranges = new float[GROUPS];
        for (int g = 0; g < GROUPS; g++) {
            mins[g] = Math.max(0, -Rounding.min(in, from + g * GROUP_SIZE, GROUP_SIZE));
        }
        float dmin = Bytes.putHalf(block, at + DMIN, Rounding.max(mins, 0, GROUPS) / MAX_SCALE);
        for (int g = 0; g < GROUPS; g++) {
            int min = Rounding.code(mins[g], Rounding.inverse(dmin), 0, MAX_SCALE);
            block[at + g] = (byte) (min << 4);
            float max = Rounding.max(in, from + g * GROUP_SIZE, GROUP_SIZE);
            ranges[g] = Math.max(0, max + dmin * min) / MAX_CODE;
        }
        float d = Bytes.putHalf(block, at + D, Rounding.max(ranges, 0, GROUPS) / MAX_SCALE);
        for (int g = 0; g < GROUPS; g++) {
            int scale = Rounding.code(ranges[g], Rounding.inverse(d), 0, MAX_SCALE);
            float min = dmin * (block[at + g] >> 4 & 15);
            block[at + g] |= (byte) scale;
            for (int i = g * GROUP_SIZE; i < (g + 1) * GROUP_SIZE; i++) {
                int code = Rounding.code(in[from + i] + min, Rounding.inverse(d * scale), 0, MAX_CODE);
                block[byteAt(at, i)] |= (byte) (code << shift(i));
            }
        }
    }
}
