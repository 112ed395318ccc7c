package dev.railhead.gguf.block;

/// How the IQ types with grids round: scales are odd multiples of a part of d, so that none is 0.
final class GridScales {
    private GridScales() {}

    /// The largest magnitude of each group, divided by that of a code.
    static float[] wanted(float[] in, int from, int groups, int groupSize, float maxCode) {
        float[] wanted = new float[groups];
        for (int g = 0; g < groups; g++) {
            wanted[g] = Math.abs(Rounding.extreme(in, from + g * groupSize, groupSize)) / maxCode;
        }
        return wanted;
    }

    /// The s from 0 to max for which `(2 s + 1) · d` is nearest to a scale.
    static int code(float scale, float d, int max) {
        return Rounding.code(scale * Rounding.inverse(d) - 1, 0.5f, 0, max);
    }

    /// The digit whose magnitude is nearest.
    static int digit(float magnitude, byte[] magnitudes) {
        int best = 0;
        for (int i = 1; i < magnitudes.length; i++) {
            if (Math.abs(magnitude - magnitudes[i]) < Math.abs(magnitude - magnitudes[best])) {
                best = i;
            }
        }
        return best;
    }

    /// The nearest point to the magnitudes of some values.
    static int point(Grid grid, int length, byte[] magnitudes, float[] in, int from, float inverse) {
        int[] digits = new int[length];
        for (int j = 0; j < length; j++) {
            digits[j] = digit(Math.abs(in[from + j]) * inverse, magnitudes);
        }
        return grid.nearest(digits);
    }

    /// The signs of eight values.
    static int signs(float[] in, int from) {
        int signs = 0;
        for (int j = 0; j < 8; j++) {
            signs |= (in[from + j] < 0 ? 1 : 0) << j;
        }
        return signs;
    }

    /// As [#signs], with the sign of the smallest value changed if the number of negative ones is odd: seven bits tell the
    /// eighth.
    static int evenSigns(float[] in, int from) {
        int signs = signs(in, from);
        if (Integer.bitCount(signs) % 2 == 0) {
            return signs;
        }
        int least = 0;
        for (int j = 1; j < 8; j++) {
            if (Math.abs(in[from + j]) < Math.abs(in[from + least])) {
                least = j;
            }
        }
        return signs ^ 1 << least;
    }

    /// Eight signs of seven bits: the eighth makes their number even.
    static int withEighth(int sevenBits) {
        return sevenBits | (Integer.bitCount(sevenBits) & 1) << 7;
    }
}
