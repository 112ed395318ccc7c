package dev.railhead.cpu;

import dev.railhead.cpu.kv.PageForm;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.KvRows;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes keys and values into their pages. Shared out by heads, not by rows: the keys of neighbouring positions lie in
/// the same cache line.
final class KeyValueStore {
    private static final int PAGE = KvLayout.PAGE_LENGTH;

    /// Values below which other threads cost more than they bring.
    private static final int PARALLEL_VALUES = 1 << 14;

    private final WorkerPool pool;
    private final int threads;
    private final Region storeHead = this::storeHead;

    private AttentionShape shape = new AttentionShape(1, 1, 1, 1, 1);
    private int layer;
    private Activations keys = new Activations(0, 0);
    private Activations values = keys;
    private int rows;
    private @Nullable KvRows kv;

    KeyValueStore(WorkerPool pool, int threads) {
        this.pool = pool;
        this.threads = threads;
    }

    void run(AttentionShape attentionShape, int layerIndex, Activations k, Activations v, int rowCount, KvRows kvRows) {
        shape = attentionShape;
        layer = layerIndex;
        keys = k;
        values = v;
        rows = rowCount;
        kv = kvRows;
        pool.run((long) rows * k.columns < PARALLEL_VALUES ? 1 : threads, shape.kvHeadCount(), storeHead);
        kv = null;
    }

    private void storeHead(int head, int worker) {
        KvRows rowsOfStep = Objects.requireNonNull(kv);
        int keyLength = shape.keyLength();
        int valueLength = shape.valueLength();
        KvLayout layout = rowsOfStep.layout();
        PageForm form = PageForm.of(layout.type());
        long keyAt = layout.keyOffset(layer, head);
        long keyScales = layout.keyScaleOffset(layer, head);
        long valueAt = layout.valueOffset(layer, head);
        long valueScales = layout.valueScaleOffset(layer, head);
        for (int r = 0; r < rows; r++) {
            int position = rowsOfStep.position(r);
            MemorySegment page = rowsOfStep.page(layer, r, position / PAGE);
            int j = position % PAGE;
            form.storeKey(page, keyAt, keyScales, j, keys.values, r * keys.columns + head * keyLength, keyLength);
            form.storeValue(page, valueAt, valueScales, j, values.values, r * values.columns + head * valueLength,
                    valueLength);
        }
    }
}
