package dev.railhead.cpu;

import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.KvRows;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Causal attention: shares out the kv heads of blocks of rows. A block meets each page once, with all its rows and all
/// query heads of the kv head.
final class Attention {
    /// Queries of a block: enough to make each key and value that was loaded worth it, few enough for the first level
    /// cache.
    private static final int BLOCK_QUERIES = 48;

    /// Multiply-adds below which other threads cost more than they bring.
    private static final long PARALLEL_WORK = 1 << 16;

    /// Items for each thread, at least: pages of late rows are more than those of early ones.
    private static final int ITEMS_PER_THREAD = 4;

    private final WorkerPool pool;
    private final int threads;
    private final AttentionBlock[] blocks;
    private final Region block = this::block;

    private AttentionShape shape = new AttentionShape(1, 1, 1, 1, 1);
    private int layer;
    private Activations q = new Activations(0, 0);
    private Activations out = q;
    private int rows;
    private int blockRows;
    private @Nullable KvRows kv;

    Attention(WorkerPool pool, int threads, WorkerScratch[] scratch) {
        this.pool = pool;
        this.threads = threads;
        blocks = new AttentionBlock[threads];
        for (int i = 0; i < threads; i++) {
            blocks[i] = new AttentionBlock(scratch[i]);
        }
    }

    void run(AttentionShape attentionShape, int layerIndex, Activations queries, int rowCount, KvRows kvRows,
            Activations output) {
        shape = attentionShape;
        layer = layerIndex;
        q = queries;
        rows = rowCount;
        kv = kvRows;
        out = output;
        int group = shape.headCount() / shape.kvHeadCount();
        long perThread = (long) rows * shape.kvHeadCount() / (threads * ITEMS_PER_THREAD);
        blockRows = Math.clamp(perThread, 1, Math.max(1, BLOCK_QUERIES / group));
        int items = (rows + blockRows - 1) / blockRows * shape.kvHeadCount();
        pool.run(work() < PARALLEL_WORK ? 1 : threads, items, block);
        kv = null;
    }

    private long work() {
        KvRows kvRows = Objects.requireNonNull(kv);
        long positions = 0;
        for (int r = 0; r < rows; r++) {
            positions += kvRows.position(r) / KvLayout.PAGE_LENGTH * KvLayout.PAGE_LENGTH + KvLayout.PAGE_LENGTH;
        }
        return positions * shape.headCount() * (shape.keyLength() + shape.valueLength());
    }

    /// The last rows come first: they take longest.
    private void block(int item, int worker) {
        int kvHead = item % shape.kvHeadCount();
        int first = (rows - 1) / blockRows * blockRows - item / shape.kvHeadCount() * blockRows;
        blocks[worker].run(shape, layer, kvHead, q, first, Math.min(blockRows, rows - first),
                Objects.requireNonNull(kv),
                out);
    }
}
