package dev.railhead.gguf.block;

import java.util.Base64;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Points of a few small digits each, by which a code of the IQ types names several values at once. Immutable.
final class Grid {
    private final int length;
    private final int base;
    private final byte[] digits;

    /// For each possible number the nearest point; made when first needed, which only writing does.
    private volatile short @Nullable [] nearest;

    /// @param length digits of a point
    /// @param base number of values of a digit
    /// @param points number of points
    /// @param members the set of the points' numbers, see [Grids]
    Grid(int length, int base, int points, String members) {
        this.length = length;
        this.base = base;
        digits = new byte[points * length];
        BitSet numbers = BitSet.valueOf(Base64.getDecoder().decode(members));
        int at = 0;
        for (int number = numbers.nextSetBit(0); number >= 0; number = numbers.nextSetBit(number + 1)) {
            for (int j = 0, rest = number; j < length; j++, rest /= base) {
                digits[at++] = (byte) (rest % base);
            }
        }
    }

    /// A digit of a point.
    int digit(int point, int j) {
        return digits[point * length + j];
    }

    /// Writes the values of a point.
    ///
    /// @param magnitudes the value of each digit
    /// @param signs bit j makes value j negative
    void unpack(int point, byte[] magnitudes, int signs, byte[] codes, int to) {
        for (int j = 0; j < length; j++) {
            byte magnitude = magnitudes[digits[point * length + j]];
            codes[to + j] = (byte) ((signs >> j & 1) == 0 ? magnitude : -magnitude);
        }
    }

    /// The point with the least sum of squared differences from some digits.
    int nearest(int[] wanted) {
        short[] table = nearest;
        if (table == null) {
            table = allNearest();
            nearest = table;
        }
        int number = 0;
        for (int j = length - 1; j >= 0; j--) {
            number = number * base + wanted[j];
        }
        return table[number];
    }

    private short[] allNearest() {
        int[] wanted = new int[length];
        int count = 1;
        for (int j = 0; j < length; j++) {
            count *= base;
        }
        short[] table = new short[count];
        for (int number = 0; number < count; number++) {
            for (int j = 0, rest = number; j < length; j++, rest /= base) {
                wanted[j] = rest % base;
            }
            table[number] = (short) search(wanted);
        }
        return table;
    }

    private int search(int[] wanted) {
        int best = 0;
        int least = Integer.MAX_VALUE;
        for (int point = 0; point < digits.length / length; point++) {
            int distance = 0;
            for (int j = 0; j < length; j++) {
                int difference = digits[point * length + j] - wanted[j];
                distance += difference * difference;
            }
            if (distance < least) {
                least = distance;
                best = point;
            }
        }
        return best;
    }
}
