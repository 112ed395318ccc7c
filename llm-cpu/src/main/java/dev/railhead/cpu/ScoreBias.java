package dev.railhead.cpu;

import dev.railhead.spi.KvLayout;
import dev.railhead.spi.PositionBias;
import java.util.Arrays;

/// Adds the bias for the distance of query and key to scores, a page of one query at a time. For one thread; keeps working
/// memory.
final class ScoreBias {
    private static final int PAGE = KvLayout.PAGE_LENGTH;

    private final float[] biases = new float[PAGE]; // of the page's positions

    /// Scales the scores of a page and adds to each its bias: a product, then a sum. Plain loops that the compiler makes vectors
    /// of.
    ///
    /// @param scores changed in place, from `at` on
    /// @param head the query's
    /// @param distance the page's first position less the query's
    void apply(float[] scores, int at, float scale, PositionBias bias, int head, int distance) {
        int reach = bias.reach();
        int first = head * (2 * reach + 1);
        int begin = Math.clamp(-(long) reach - distance, 0, PAGE);
        int end = Math.clamp((long) reach - distance + 1, begin, PAGE);
        Arrays.fill(biases, 0, begin, bias.values()[first]);
        if (begin < end) {
            System.arraycopy(bias.values(), first + reach + distance + begin, biases, begin, end - begin);
        }
        Arrays.fill(biases, end, PAGE, bias.values()[first + 2 * reach]);
        for (int j = 0; j < PAGE; j++) {
            scores[at + j] = scores[at + j] * scale + biases[j];
        }
    }
}
