package dev.railhead.cpu;

import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.KvRows;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Attention: shares out the kv heads of blocks of rows. A block meets each page once, with all its rows and all query heads
/// of the kv head; only where there are too few blocks for the threads, or too many query heads for a block, these are shared
/// out too.
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

    private final VisiblePositions visible = new VisiblePositions();
    private @Nullable AttentionWork work;
    private int blockRows;
    private int parts;

    Attention(WorkerPool pool, int threads, WorkerScratch[] scratch) {
        this.pool = pool;
        this.threads = threads;
        blocks = new AttentionBlock[threads];
        for (int i = 0; i < threads; i++) {
            blocks[i] = new AttentionBlock(scratch[i]);
        }
    }

    void run(AttentionWork call) {
        work = call;
        int rows = call.rows();
        visible.set(call.shape().mask(), call.kv(), rows);
        int kvHeads = call.shape().kvHeadCount();
        int group = call.group();
        long perThread = (long) rows * kvHeads / (threads * ITEMS_PER_THREAD);
        blockRows = Math.clamp(perThread, 1, Math.max(1, BLOCK_QUERIES / group));
        int items = (rows + blockRows - 1) / blockRows * kvHeads;
        boolean parallel = multiplyAdds(call.shape(), visible.ofWholePages(rows)) >= PARALLEL_WORK;
        parts = parts(items, group, parallel ? threads : 1);
        pool.run(parallel ? threads : 1, items * parts, block);
        work = null;
    }

    /// Into how many parts the query heads of a kv head are cut: as few as fit blocks and leave no thread idle for long, since
    /// each part reads the pages. Halves, not thirds, to fit a block: tiles of a few queries are slow.
    private static int parts(int items, int group, int threads) {
        int count = 1;
        while (group > count * BLOCK_QUERIES) {
            count *= 2;
        }
        while (count < group && unbalanced(items * count, threads)) {
            count++;
        }
        return count;
    }

    /// Whether items of the same size leave more than a fifth of the threads' time unused.
    private static boolean unbalanced(int items, int threads) {
        int rounds = Math.ceilDiv(items, threads);
        return 4L * rounds * threads > 5L * items;
    }

    /// Multiply-adds of a call, whole pages counted.
    static long multiplyAdds(AttentionShape shape, int rows, KvRows kv) {
        VisiblePositions positions = new VisiblePositions();
        positions.set(shape.mask(), kv, rows);
        return multiplyAdds(shape, positions.ofWholePages(rows));
    }

    private static long multiplyAdds(AttentionShape shape, long positions) {
        return positions * shape.headCount() * (shape.keyLength() + shape.valueLength());
    }

    /// The last rows come first: without a window they take longest.
    private void block(int item, int worker) {
        AttentionWork call = Objects.requireNonNull(work);
        int part = item % parts;
        int kvHead = item / parts % call.shape().kvHeadCount();
        int behind = item / parts / call.shape().kvHeadCount();
        int row = ((call.rows() - 1) / blockRows - behind) * blockRows;
        int group = call.group();
        int head = kvHead * group + group * part / parts;
        int endHead = kvHead * group + group * (part + 1) / parts;
        blocks[worker].run(call, visible, kvHead, head, endHead - head, row, Math.min(blockRows, call.rows() - row));
    }
}
