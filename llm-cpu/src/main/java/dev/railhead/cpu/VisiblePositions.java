package dev.railhead.cpu;

import dev.railhead.spi.AttentionMask;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.KvRows;

/// Which positions each row of a call of attention sees: those from [#from] to before [#to]. Looked up once, since every kv
/// head asks for them. Read by many threads during a call.
final class VisiblePositions {
    private static final int PAGE = KvLayout.PAGE_LENGTH;

    private int[] from = {};
    private int[] to = {};

    /// Begins a call.
    void set(AttentionMask mask, KvRows kv, int rows) {
        if (from.length < rows) {
            from = new int[rows];
            to = new int[rows];
        }
        for (int r = 0; r < rows; r++) {
            int position = kv.position(r);
            // The length of a sequence may cost a search, and causal attention doesn't need it.
            int length = mask.causal() ? position + 1 : kv.length(r);
            from[r] = mask.first(position);
            to[r] = mask.end(position, length);
        }
    }

    /// How many positions the pages hold that each of the first rows reads, together.
    long ofWholePages(int rows) {
        long pages = 0;
        for (int r = 0; r < rows; r++) {
            pages += Math.ceilDiv(to[r], PAGE) - from[r] / PAGE;
        }
        return pages * PAGE;
    }

    /// The first position that a row sees.
    int from(int row) {
        return from[row];
    }

    /// The position behind the last one that a row sees.
    int to(int row) {
        return to[row];
    }

    /// Whether a row sees a position of a page.
    ///
    /// @param first the page's first position
    boolean sees(int row, int first) {
        return from[row] < first + PAGE && to[row] > first;
    }

    /// The first position in a page that a row sees, counted from the page's first.
    int begin(int row, int first) {
        return Math.max(from[row] - first, 0);
    }

    /// The position behind the last one in a page that a row sees, counted from the page's first.
    int end(int row, int first) {
        return Math.min(to[row] - first, PAGE);
    }

    /// The first position of the first page from a position on that one of the rows sees, [Integer#MAX_VALUE] if there is none.
    ///
    /// @param position the first of a page
    int nextPage(int position, int row, int endRow) {
        int next = Integer.MAX_VALUE;
        for (int r = row; r < endRow; r++) {
            if (to[r] > position) {
                next = Math.min(next, Math.max(position, from[r] / PAGE * PAGE));
            }
        }
        return next;
    }
}
