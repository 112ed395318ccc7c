package dev.railhead.cpu;

import dev.railhead.cpu.kv.PageFloats;
import dev.railhead.cpu.kv.PageForm;
import dev.railhead.cpu.simd.Elementwise;
import dev.railhead.cpu.simd.FloatTile;
import dev.railhead.cpu.simd.HalfTile;
import dev.railhead.cpu.simd.Tanh;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.PositionBias;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Attention of a block of rows over one kv head, a page at a time with an online softmax. Scores are a product of keys
/// (lanes are positions) with the block's queries, outputs one of values (lanes are the head's values) with the
/// probabilities, so both are [FloatTile]'s, or [HalfTile]'s for few queries. One per thread; keeps working memory.
///
/// A query is a head of a row: query `row · heads + head` of the block.
final class AttentionBlock {
    private static final int PAGE = KvLayout.PAGE_LENGTH;

    private final WorkerScratch scratch;
    private final OnlineSoftmax softmax = new OnlineSoftmax();
    private final ScoreBias scoreBias = new ScoreBias();

    private VisiblePositions visible = new VisiblePositions();
    private int firstRow;
    private int firstHead;
    private int heads;
    private int queries;
    private int valuePitch;

    private float[] queryTile = {}; // [keyLength][queries]
    private float[] scores = {}; // [queries][PAGE]
    private float[] probabilities = {}; // [PAGE][queries]
    private float[] outputs = {}; // [queries][valuePitch]
    private final float[] zeros = new float[FloatTile.ROWS];

    AttentionBlock(WorkerScratch scratch) {
        this.scratch = scratch;
    }

    /// @param positions what the rows of the call see
    /// @param kvHead the head whose pages are read
    /// @param head first query head
    /// @param headCount query heads, all of them readers of the kv head
    /// @param row first row
    /// @param rows rows
    void run(AttentionWork work, VisiblePositions positions, int kvHead, int head, int headCount, int row, int rows) {
        visible = positions;
        start(work, head, headCount, row, rows);
        int endRow = row + rows;
        for (int first = visible.nextPage(0, row, endRow); first < Integer.MAX_VALUE; first = visible.nextPage(
                first + PAGE,
                row, endRow)) {
            int r = row;
            while (r < endRow) {
                int end = r + 1;
                if (visible.sees(r, first)) {
                    MemorySegment page = work.kv().page(work.layer(), r, first / PAGE);
                    while (end < endRow && visible.sees(end, first)
                            && same(page, work.kv().page(work.layer(), end, first / PAGE))) {
                        end++;
                    }
                    page(work, kvHead, page, first, r, end);
                }
                r = end;
            }
        }
        finish(work, head);
    }

    /// Rows of one sequence share their pages; sequences with a common prefix may share some.
    private static boolean same(MemorySegment a, MemorySegment b) {
        return a.address() == b.address();
    }

    private void start(AttentionWork work, int head, int headCount, int row, int rows) {
        AttentionShape shape = work.shape();
        firstRow = row;
        firstHead = head;
        heads = headCount;
        queries = rows * headCount;
        valuePitch = Math.ceilDiv(shape.valueLength(), FloatTile.ROWS) * FloatTile.ROWS;
        queryTile = grown(queryTile, shape.keyLength() * queries);
        scores = grown(scores, queries * PAGE);
        probabilities = grown(probabilities, queries * PAGE);
        outputs = grown(outputs, queries * valuePitch);
        Arrays.fill(outputs, 0, queries * valuePitch, 0f);
        softmax.start(queries, shape.sinks(), head, headCount);
        for (int i = 0; i < queries; i++) {
            int from = (row + i / heads) * work.q().columns + (head + i % heads) * shape.keyLength();
            for (int d = 0; d < shape.keyLength(); d++) {
                queryTile[d * queries + i] = work.q().values[from + d];
            }
        }
    }

    /// Takes in a page that the rows from `row` to `endRow` see.
    ///
    /// @param first the page's first position
    private void page(AttentionWork work, int kvHead, MemorySegment page, int first, int row, int endRow) {
        AttentionShape shape = work.shape();
        KvLayout layout = work.kv().layout();
        PageForm form = PageForm.of(layout.type());
        PageFloats floats = scratch.pageFloats(PAGE * Math.max(shape.keyLength(), valuePitch));
        int from = query(row);
        int to = query(endRow);
        int begin = PAGE;
        int end = 0;
        for (int r = row; r < endRow; r++) {
            begin = Math.min(begin, visible.begin(r, first));
            end = Math.max(end, visible.end(r, first));
        }

        form.keys(page, layout.keyOffset(work.layer(), kvHead), layout.keyScaleOffset(work.layer(), kvHead),
                shape.keyLength(), to - from, floats);
        score(floats, shape.keyLength(), begin, end, from, to);
        float scale = shape.scale();
        if (shape.bias() != null) {
            addBias(work, shape.bias(), first, row, endRow);
            scale = 1f;
        }
        if (shape.softcap() > 0) {
            // Before positions are hidden: the cap of −∞ is finite.
            Tanh.softcap(scores, from * PAGE, (to - from) * PAGE, scale, shape.softcap(), probabilities);
            scale = 1f;
        }
        hideUnseen(first, row, endRow);
        softmax.page(scores, from, to, scale);
        rescale(from, to);
        transpose(from, to, begin, end);
        form.values(page, layout.valueOffset(work.layer(), kvHead), layout.valueScaleOffset(work.layer(), kvHead),
                shape.valueLength(), end, valuePitch, to - from, floats);
        weigh(floats, first, row, endRow);
    }

    /// The first query of a row of the call.
    private int query(int row) {
        return (row - firstRow) * heads;
    }

    /// Scores of the positions from `begin` to `end`, and of some beside them.
    private void score(PageFloats keys, int keyLength, int begin, int end, int from, int to) {
        for (int i = from, size; i < to; i += size) {
            size = FloatTile.size(to - i);
            for (int j = begin / FloatTile.ROWS * FloatTile.ROWS; j < end; j += FloatTile.ROWS) {
                if (keys.halves()) {
                    HalfTile.run(size, keys.data(), keys.offset() + j * Short.BYTES, PAGE * Short.BYTES, keyLength,
                            queryTile, i, queries, zeros, 0, 0, scores, i * PAGE + j, PAGE);
                } else {
                    FloatTile.run(size, keys.data(), keys.offset() + j * Float.BYTES, PAGE * Float.BYTES, keyLength,
                            queryTile, i, queries, zeros, 0, 0, scores, i * PAGE + j, PAGE);
                }
            }
        }
    }

    /// Scales scores and adds the biases of the distances.
    private void addBias(AttentionWork work, PositionBias bias, int first, int row, int endRow) {
        for (int r = row; r < endRow; r++) {
            int distance = first - work.kv().position(r);
            for (int h = 0; h < heads; h++) {
                scoreBias.apply(scores, (query(r) + h) * PAGE, work.shape().scale(), bias, firstHead + h, distance);
            }
        }
    }

    /// Positions that a row doesn't see don't count for it.
    private void hideUnseen(int first, int row, int endRow) {
        for (int r = row; r < endRow; r++) {
            int begin = visible.begin(r, first);
            int end = visible.end(r, first);
            for (int i = query(r); i < query(r + 1) && end - begin < PAGE; i++) {
                Arrays.fill(scores, i * PAGE, i * PAGE + begin, Float.NEGATIVE_INFINITY);
                Arrays.fill(scores, i * PAGE + end, (i + 1) * PAGE, Float.NEGATIVE_INFINITY);
            }
        }
    }

    /// Most pages hold no new largest score; then the factor is 1.
    private void rescale(int from, int to) {
        for (int i = from; i < to; i++) {
            float factor = softmax.rescale(i);
            if (factor != 1f) {
                Elementwise.multiply(outputs, i * valuePitch, factor, outputs, i * valuePitch, valuePitch);
            }
        }
    }

    private void transpose(int from, int to, int begin, int end) {
        for (int i = from; i < to; i++) {
            for (int j = begin; j < end; j++) {
                probabilities[j * queries + i] = scores[i * PAGE + j];
            }
        }
    }

    /// Adds the page's values. Rows that see the same of them go together; a value that is not a row's must not even be
    /// multiplied by 0.
    private void weigh(PageFloats values, int first, int row, int endRow) {
        int r = row;
        while (r < endRow) {
            int begin = visible.begin(r, first);
            int end = visible.end(r, first);
            int next = r + 1;
            while (next < endRow && visible.begin(next, first) == begin && visible.end(next, first) == end) {
                next++;
            }
            weigh(values, query(r), query(next), begin, end - begin);
            r = next;
        }
    }

    private void weigh(PageFloats values, int from, int to, int begin, int count) {
        for (int i = from, size; i < to; i += size) {
            size = FloatTile.size(to - i);
            int p = begin * queries + i;
            for (int d = 0; d < valuePitch; d += FloatTile.ROWS) {
                int o = i * valuePitch + d;
                int v = begin * valuePitch + d;
                if (values.halves()) {
                    HalfTile.run(size, values.data(), values.offset() + (long) v * Short.BYTES,
                            (long) valuePitch * Short.BYTES, count, probabilities, p, queries, outputs, o, valuePitch,
                            outputs, o, valuePitch);
                } else {
                    FloatTile.run(size, values.data(), values.offset() + (long) v * Float.BYTES,
                            (long) valuePitch * Float.BYTES, count, probabilities, p, queries, outputs, o, valuePitch,
                            outputs, o, valuePitch);
                }
            }
        }
    }

    private void finish(AttentionWork work, int head) {
        int valueLength = work.shape().valueLength();
        for (int i = 0; i < queries; i++) {
            int to = (firstRow + i / heads) * work.out().columns + (head + i % heads) * valueLength;
            Elementwise.multiply(outputs, i * valuePitch, 1f / softmax.sum(i), work.out().values, to, valueLength);
        }
    }

    private static float[] grown(float[] array, int length) {
        return array.length >= length ? array : new float[length];
    }
}
