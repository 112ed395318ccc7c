package dev.railhead.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.railhead.cpu.packed.PackedMatrix;
import dev.railhead.cpu.packed.PanelScratch;
import dev.railhead.cpu.simd.Elementwise;
import dev.railhead.cpu.simd.FloatTile;
import dev.railhead.cpu.simd.Softmax;
import dev.railhead.cpu.simd.Sum16;
import dev.railhead.cpu.simd.Width;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.KvRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Attention of a block of rows over one kv head, a page at a time with an online softmax. Scores are a product of keys
/// (lanes are positions) with the block's queries, outputs one of values (lanes are the head's values) with the
/// probabilities, so both are [FloatTile]'s. One per thread; keeps working memory.
///
/// A query is a head of a row: query `row · group + head` of the block.
final class AttentionBlock {
    private static final ValueLayout.OfFloat FLOAT = JAVA_FLOAT_UNALIGNED.withOrder(Width.ORDER);
    private static final int PAGE = KvLayout.PAGE_LENGTH;

    private final WorkerScratch scratch;
    private final float[] lanes = new float[Sum16.VIRTUAL_LANES];

    private int queries;
    private int valuePitch;

    private float[] queryTile = {}; // [keyLength][queries]
    private float[] scores = {}; // [queries][PAGE]
    private float[] probabilities = {}; // [PAGE][queries]
    private float[] outputs = {}; // [queries][valuePitch]
    private float[] zeros = {}; // [PAGE]
    private float[] max = {}; // [queries]
    private float[] sum = {}; // [queries]

    AttentionBlock(WorkerScratch scratch) {
        this.scratch = scratch;
    }

    void run(AttentionShape shape, int layer, int kvHead, Activations q, int firstRow, int rows, KvRows kv,
            Activations out) {
        int group = shape.headCount() / shape.kvHeadCount();
        start(shape, kvHead, group, q, firstRow, rows);
        long keys = kv.layout().keyOffset(layer, kvHead);
        long values = kv.layout().valueOffset(layer, kvHead);
        int last = 0;
        for (int r = 0; r < rows; r++) {
            last = Math.max(last, kv.position(firstRow + r));
        }
        for (int first = 0; first <= last; first += PAGE) {
            int r = 0;
            while (r < rows) {
                int end = r + 1;
                if (kv.position(firstRow + r) >= first) {
                    MemorySegment page = kv.page(firstRow + r, first / PAGE);
                    while (end < rows && kv.position(firstRow + end) >= first
                            && same(page, kv.page(firstRow + end, first / PAGE))) {
                        end++;
                    }
                    score(page, keys, shape, r * group, end * group);
                    softmax(shape, group, firstRow, r, end, first, kv);
                    weigh(page, values, shape, group, firstRow, r, end, first, kv);
                }
                r = end;
            }
        }
        finish(shape, kvHead, group, firstRow, out);
    }

    /// Rows of one sequence share their pages; sequences with a common prefix may share some.
    private static boolean same(MemorySegment a, MemorySegment b) {
        return a.address() == b.address();
    }

    private void start(AttentionShape shape, int kvHead, int group, Activations q, int firstRow, int rows) {
        queries = rows * group;
        valuePitch = (shape.valueLength() + FloatTile.ROWS - 1) / FloatTile.ROWS * FloatTile.ROWS;
        queryTile = grown(queryTile, shape.keyLength() * queries);
        scores = grown(scores, queries * PAGE);
        probabilities = grown(probabilities, queries * PAGE);
        outputs = grown(outputs, queries * valuePitch);
        zeros = grown(zeros, PAGE);
        max = grown(max, queries);
        sum = grown(sum, queries);
        Arrays.fill(outputs, 0, queries * valuePitch, 0f);
        Arrays.fill(max, 0, queries, Float.NEGATIVE_INFINITY);
        Arrays.fill(sum, 0, queries, 0f);
        for (int i = 0; i < queries; i++) {
            int head = kvHead * group + i % group;
            int from = (firstRow + i / group) * q.columns + head * shape.keyLength();
            for (int d = 0; d < shape.keyLength(); d++) {
                queryTile[d * queries + i] = q.values[from + d];
            }
        }
    }

    private void score(MemorySegment page, long keys, AttentionShape shape, int from, int to) {
        for (int i = from, size; i < to; i += size) {
            size = FloatTile.size(to - i);
            for (int j = 0; j < PAGE; j += FloatTile.ROWS) {
                FloatTile.run(size, page, keys + j * Float.BYTES, PAGE * Float.BYTES, shape.keyLength(), queryTile, i,
                        queries, zeros, 0, 0, scores, i * PAGE + j, PAGE);
            }
        }
    }

    private void softmax(AttentionShape shape, int group, int firstRow, int row, int endRow, int first, KvRows kv) {
        for (int r = row; r < endRow; r++) {
            int count = Math.min(PAGE, kv.position(firstRow + r) + 1 - first);
            for (int i = r * group; i < (r + 1) * group; i++) {
                float newMax = Softmax.scale(scores, i * PAGE, count, PAGE, shape.scale(), max[i]);
                float rescale = Softmax.exp(max[i] - newMax);
                max[i] = newMax;
                Softmax.exp(scores, i * PAGE, count, PAGE, newMax);
                sum[i] = Math.fma(sum[i], rescale, Sum16.sum(scores, i * PAGE, PAGE, lanes));
                Elementwise.multiply(outputs, i * valuePitch, rescale, outputs, i * valuePitch, valuePitch);
                for (int j = 0; j < count; j++) {
                    probabilities[j * queries + i] = scores[i * PAGE + j];
                }
            }
        }
    }

    /// Adds the page's values. Rows that see the whole page go together; the others one by one, because a value that is
    /// not theirs must not even be multiplied by 0.
    private void weigh(MemorySegment page, long values, AttentionShape shape, int group, int firstRow, int row,
            int endRow, int first, KvRows kv) {
        MemorySegment w = page;
        long at = values;
        if (valuePitch != shape.valueLength()) {
            w = padded(page, values, shape.valueLength(),
                    Math.min(PAGE, kv.position(firstRow + endRow - 1) + 1 - first));
            at = 0;
        }
        int r = row;
        while (r < endRow) {
            int count = Math.min(PAGE, kv.position(firstRow + r) + 1 - first);
            int end = r + 1;
            while (end < endRow && count == PAGE && kv.position(firstRow + end) + 1 - first >= PAGE) {
                end++;
            }
            weigh(w, at, r * group, end * group, count);
            r = end;
        }
    }

    private void weigh(MemorySegment w, long at, int from, int to, int count) {
        for (int i = from, size; i < to; i += size) {
            size = FloatTile.size(to - i);
            for (int d = 0; d < valuePitch; d += FloatTile.ROWS) {
                int o = i * valuePitch + d;
                FloatTile.run(size, w, at + d * Float.BYTES, (long) valuePitch * Float.BYTES, count,
                        probabilities, i,
                        queries, outputs, o, valuePitch, outputs, o, valuePitch);
            }
        }
    }

    /// A copy of a page's values with rows of whole tiles.
    private MemorySegment padded(MemorySegment page, long values, int valueLength, int count) {
        PanelScratch memory = scratch.panel(Math.max(PackedMatrix.PANEL, valuePitch));
        MemorySegment copy = memory.useOwn();
        for (int j = 0; j < count; j++) {
            MemorySegment.copy(page, FLOAT, values + (long) j * valueLength * Float.BYTES, copy, FLOAT,
                    (long) j * valuePitch * Float.BYTES, valueLength);
        }
        return copy;
    }

    private void finish(AttentionShape shape, int kvHead, int group, int firstRow, Activations out) {
        for (int i = 0; i < queries; i++) {
            int head = kvHead * group + i % group;
            int to = (firstRow + i / group) * out.columns + head * shape.valueLength();
            Elementwise.multiply(outputs, i * valuePitch, 1f / sum[i], out.values, to, shape.valueLength());
        }
    }

    private static float[] grown(float[] array, int length) {
        return array.length >= length ? array : new float[length];
    }
}
