package dev.railhead.cpu;

import dev.railhead.cpu.simd.Exp;
import dev.railhead.cpu.simd.Softmax;
import dev.railhead.cpu.simd.Sum16;
import dev.railhead.spi.KvLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The softmax of a block of queries, a page of scores at a time: the largest score and the sum so far of each. For one
/// thread; keeps working memory.
final class OnlineSoftmax {
    private static final int PAGE = KvLayout.PAGE_LENGTH;

    /// What [Exp] may touch behind the last query.
    private static final int PADDING = 16;

    private final float[] lanes = new float[Sum16.VIRTUAL_LANES];

    private float[] max = {}; // [queries]
    private float[] sum = {}; // [queries]
    private float[] rescale = {}; // [queries]

    /// Begins a block. A sink is a position that has been taken in already.
    ///
    /// @param sinks the score of each query head's, or null
    /// @param head the head of the first query
    /// @param heads of a row; query i is of the head `head + i mod heads`
    void start(int queries, float @Nullable [] sinks, int head, int heads) {
        if (max.length < queries) {
            max = new float[queries];
            sum = new float[queries];
            rescale = new float[queries + PADDING];
        }
        Arrays.fill(max, 0, queries, Float.NEGATIVE_INFINITY);
        Arrays.fill(sum, 0, queries, sinks == null ? 0f : 1f);
        for (int i = 0; sinks != null && i < queries; i += heads) {
            System.arraycopy(sinks, head, max, i, heads);
        }
    }

    /// Takes in a page: scores become probabilities up to a factor that is the same for all positions so far.
    ///
    /// @param scores `float[queries][PAGE]`; −∞ where a position does not count
    /// @param from first query that sees the page
    /// @param to behind the last query that sees the page
    void page(float[] scores, int from, int to, float scale) {
        Softmax.scale(scores, from, to, PAGE, scale, max, rescale);
        Exp.exp(rescale, from, to - from, 0f);
        for (int i = from; i < to; i++) {
            Exp.exp(scores, i * PAGE, PAGE, max[i]);
            sum[i] = Math.fma(sum[i], rescale[i], Sum16.sum(scores, i * PAGE, PAGE, lanes));
        }
    }

    /// The factor for what a query has added up before the last page.
    float rescale(int query) {
        return rescale[query];
    }

    /// What the sums of a query have to be divided by.
    float sum(int query) {
        return sum[query];
    }
}
