package dev.railhead.cpu;

import dev.railhead.cpu.kv.PageFloats;
import dev.railhead.cpu.kv.PageForm;
import dev.railhead.cpu.simd.Elementwise;
import dev.railhead.cpu.simd.FloatTile;
import dev.railhead.cpu.simd.HalfTile;
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

    /// @param kvHead the head whose pages are read
    /// @param head first query head
    /// @param headCount query heads, all of them readers of the kv head
    /// @param row first row
    /// @param rows rows
    void run(AttentionWork work, int kvHead, int head, int headCount, int row, int rows) {
        start(work, head, headCount, row, rows);
        int last = 0;
        for (int r = 0; r < rows; r++) {
            last = Math.max(last, work.kv().position(row + r));
        }
        for (int first = 0; first <= last; first += PAGE) {
            int r = 0;
            while (r < rows) {
                int end = r + 1;
                if (work.kv().position(row + r) >= first) {
                    MemorySegment page = work.kv().page(work.layer(), row + r, first / PAGE);
                    while (end < rows && work.kv().position(row + end) >= first
                            && same(page, work.kv().page(work.layer(), row + end, first / PAGE))) {
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
        softmax.start(queries);
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
        int from = row * heads;
        int to = endRow * heads;
        int count = count(work, endRow - 1, first);

        form.keys(page, layout.keyOffset(work.layer(), kvHead), layout.keyScaleOffset(work.layer(), kvHead),
                shape.keyLength(), to - from, floats);
        score(floats, shape.keyLength(), count, from, to);
        float scale = shape.scale();
        if (shape.bias() != null) {
            addBias(work, shape.bias(), first, row, endRow);
            scale = 1f;
        }
        hideLater(work, first, row, endRow);
        softmax.page(scores, from, to, scale);
        rescale(from, to);
        transpose(from, to, count);
        form.values(page, layout.valueOffset(work.layer(), kvHead), layout.valueScaleOffset(work.layer(), kvHead),
                shape.valueLength(), count, valuePitch, to - from, floats);
        weigh(work, floats, first, row, endRow);
    }

    /// How many positions of a page a row of the block sees.
    private int count(AttentionWork work, int row, int first) {
        return Math.min(PAGE, work.kv().position(firstRow + row) + 1 - first);
    }

    private void score(PageFloats keys, int keyLength, int count, int from, int to) {
        for (int i = from, size; i < to; i += size) {
            size = FloatTile.size(to - i);
            for (int j = 0; j < count; j += FloatTile.ROWS) {
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
            int distance = first - work.kv().position(firstRow + r);
            for (int h = 0; h < heads; h++) {
                scoreBias.apply(scores, (r * heads + h) * PAGE, work.shape().scale(), bias, firstHead + h, distance);
            }
        }
    }

    /// Positions behind a row's own don't count.
    private void hideLater(AttentionWork work, int first, int row, int endRow) {
        for (int r = row; r < endRow; r++) {
            int count = count(work, r, first);
            for (int i = r * heads; i < (r + 1) * heads && count < PAGE; i++) {
                Arrays.fill(scores, i * PAGE + count, (i + 1) * PAGE, Float.NEGATIVE_INFINITY);
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

    private void transpose(int from, int to, int count) {
        for (int i = from; i < to; i++) {
            for (int j = 0; j < count; j++) {
                probabilities[j * queries + i] = scores[i * PAGE + j];
            }
        }
    }

    /// Adds the page's values. Rows that see the whole page go together; the others one by one, because a value that is
    /// not theirs must not even be multiplied by 0.
    private void weigh(AttentionWork work, PageFloats values, int first, int row, int endRow) {
        int r = row;
        while (r < endRow) {
            int count = count(work, r, first);
            int end = r + 1;
            while (end < endRow && count == PAGE && count(work, end, first) == PAGE) {
                end++;
            }
            weigh(values, r * heads, end * heads, count);
            r = end;
        }
    }

    private void weigh(PageFloats values, int from, int to, int count) {
        for (int i = from, size; i < to; i += size) {
            size = FloatTile.size(to - i);
            for (int d = 0; d < valuePitch; d += FloatTile.ROWS) {
                int o = i * valuePitch + d;
                if (values.halves()) {
                    HalfTile.run(size, values.data(), values.offset() + d * Short.BYTES,
                            (long) valuePitch * Short.BYTES, count, probabilities, i, queries, outputs, o, valuePitch,
                            outputs, o, valuePitch);
                } else {
                    FloatTile.run(size, values.data(), values.offset() + d * Float.BYTES,
                            (long) valuePitch * Float.BYTES, count, probabilities, i, queries, outputs, o,
                            valuePitch,
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
