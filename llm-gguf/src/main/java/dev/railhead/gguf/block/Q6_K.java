package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 256 values `d · scale · (q − 32)` in 16 groups of 16: 128 bytes of low nibbles, 64 bytes of upper two bits, 16
/// signed scales, f16 d. For each 128 values, l from 0 to 31: value l has the low nibble of byte l and bits 0 and 1 of
/// upper byte l; value l + 32 the low nibble of byte l + 32 and bits 2 and 3; value l + 64 the high nibble of byte l and
/// bits 4 and 5; value l + 96 the high nibble of byte l + 32 and bits 6 and 7.
final class Q6_K extends CodeType {
    private static final int BIAS = 32;
    private static final int GROUPS = 16;
    private static final int GROUP_SIZE = 16;
    private static final int MAX_SCALE = 127;
    private static final int HIGH = 128;
    private static final int SCALES = HIGH + 64;
    private static final int D = SCALES + GROUPS;

    /// The upper two bits of the codes in eight bytes.
    private static final long UPPER = 0x3030303030303030L;

    Q6_K() {
        super("Q6_K", 14, 256, 210, new CodeLayout(6, -BIAS, GROUP_SIZE, false, CodeLayout.Scales.SUPER));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at + D);
        System.arraycopy(block, at + SCALES, out.scales, index * GROUPS, GROUPS);
        for (int half = 0; half < 2; half++) {
            int ql = at + half * 64;
            int qh = at + HIGH + half * 32;
            int to = index * blockSize() + half * 128;
            for (int l = 0; l < 32; l += Long.BYTES) {
                long a = Bytes.int64(block, ql + l);
                long b = Bytes.int64(block, ql + 32 + l);
                long h = Bytes.int64(block, qh + l);
                put(a, h << 4, out.codes, to + l);
                put(b, h << 2, out.codes, to + 32 + l);
                put(a >>> 4, h, out.codes, to + 64 + l);
                put(b >>> 4, h >>> 2, out.codes, to + 96 + l);
            }
        }
    }

    /// Eight codes of low nibbles and of bits 4 and 5 of `high`.
    private static void put(long low, long high, byte[] codes, int at) {
        Bytes.putInt64(codes, at, Nibbles.less(low & Nibbles.LOW | high & UPPER, BIAS));
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float[] scales = new float[GROUPS];
        for (int g = 0; g < GROUPS; g++) {
            scales[g] = Rounding.signedScale(in, from + g * GROUP_SIZE, GROUP_SIZE, BIAS);
        }
        float d = Bytes.putHalf(block, at + D, Math.abs(Rounding.extreme(scales, 0, GROUPS)) / MAX_SCALE);
        byte[] codes = new byte[blockSize()];
        for (int g = 0; g < GROUPS; g++) {
            int scale = Rounding.code(scales[g], Rounding.inverse(d), -MAX_SCALE, MAX_SCALE);
            block[at + SCALES + g] = (byte) scale;
            float inverse = Rounding.inverse(d * scale);
            for (int i = g * GROUP_SIZE; i < (g + 1) * GROUP_SIZE; i++) {
                codes[i] = (byte) (Rounding.code(in[from + i], inverse, -BIAS, BIAS - 1) + BIAS);
            }
        }
        packCodes(codes, block, at);
    }

    private static void packCodes(byte[] codes, byte[] block, int at) {
        for (int half = 0; half < 2; half++) {
            int from = half * 128;
            for (int l = 0; l < 32; l++) {
                int a = codes[from + l];
                int b = codes[from + 32 + l];
                int c = codes[from + 64 + l];
                int e = codes[from + 96 + l];
                block[at + half * 64 + l] = (byte) (a & 15 | (c & 15) << 4);
                block[at + half * 64 + 32 + l] = (byte) (b & 15 | (e & 15) << 4);
                block[at + HIGH + half * 32 + l] = (byte) (a >> 4 | b >> 4 << 2 | c >> 4 << 4 | e >> 4 << 6);
            }
        }
    }
}
