package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;
import java.util.Arrays;

/// 256 values `d · (q − 1)` with digits q to the base 3, five in a byte, then f16 d. A byte is a fraction of 256: its first digit is
/// what three times the byte carries over, and the rest again a fraction. 32 bytes have the first digits of 32 values, then the
/// second ones of the next 32 and so on; 16 bytes the same for 16 values each; 4 bytes of four digits the last 16 values.
final class TQ1_0 extends CodeType {
    private static final int GROUPS = 8;
    private static final int D = 52;

    /// Bytes of a run, where they begin, and the digits that are used of each.
    private static final int[][] RUNS = {{32, 0, 5}, {16, 32, 5}, {4, 48, 4}};

    private static final int DIGITS = 5;

    /// Three to the power of the number of digits.
    private static final int WHOLE = 243;

    TQ1_0() {
        super("TQ1_0", 34, 256, 54, new CodeLayout(4, -8, 32, false, CodeLayout.Scales.FLOAT));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at + D);
        Arrays.fill(out.scales, index * GROUPS, (index + 1) * GROUPS, (byte) 1);
        int to = index * blockSize();
        for (int[] run : RUNS) {
            int power = 1;
            for (int n = 0; n < run[2]; n++) {
                for (int j = 0; j < run[0]; j++) {
                    int rest = block[at + run[1] + j] * power & 0xFF;
                    out.codes[to++] = (byte) ((rest * 3 >> 8) - 1);
                }
                power *= 3;
            }
        }
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float inverse = Rounding
                .inverse(Bytes.putHalf(block, at + D, Math.abs(Rounding.extreme(in, from, blockSize()))));
        int first = from;
        for (int[] run : RUNS) {
            for (int j = 0; j < run[0]; j++) {
                int number = 0;
                for (int n = 0; n < DIGITS; n++) {
                    int digit = n < run[2] ? Rounding.code(in[first + n * run[0] + j], inverse, -1, 1) + 1 : 0;
                    number = number * 3 + digit;
                }
                // Rounded up, so that what is carried over is never one too small.
                block[at + run[1] + j] = (byte) ((number * 256 + WHOLE - 1) / WHOLE);
            }
            first += run[0] * run[2];
        }
    }
}
