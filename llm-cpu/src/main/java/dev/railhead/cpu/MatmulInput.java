package dev.railhead.cpu;

import dev.railhead.cpu.packed.ActivationTiles;
import dev.railhead.cpu.simd.BlockQuantizer;
import dev.railhead.cpu.simd.FloatTile;

/// Makes [ActivationTiles] of the rows of a matrix product, once for all matrices of the call.
final class MatmulInput {
    /// The largest step at once: the usual chunk of a prompt, and a multiple of every tile.
    static final int MAX_ROWS = 516;

    private static final int BLOCK = BlockQuantizer.BLOCK;
    private static final int SUM = 16;

    /// What the kernels read.
    final ActivationTiles x = new ActivationTiles();

    private final int[] tileStart = new int[MAX_ROWS];
    private final int[] tileSize = new int[MAX_ROWS];
    private int tiles;

    private float[] source = {};
    private int sourceAt;
    private int rows;
    private int columns;
    private int activationGroup;
    private boolean codes;
    private boolean pairs;

    /// A quantized block of each thread, a cache line or more apart.
    private final float[] blocks;

    /// As [#blocks], as pairs.
    private final int[] pairBlocks;

    private final Region quantizeTiles = this::quantizeTile;
    private final Region gatherTiles = this::gatherTile;
    private final Region roundTiles = this::roundTile;

    MatmulInput(int threads) {
        blocks = new float[threads * 2 * BLOCK];
        pairBlocks = new int[threads * 2 * BLOCK];
    }

    /// Sets the rows.
    void start(float[] in, int at, int rowCount, int columnCount) {
        source = in;
        sourceAt = at;
        rows = rowCount;
        columns = columnCount;
        tiles = 0;
        for (int first = 0; first < rows; tiles++) {
            tileStart[tiles] = first;
            tileSize[tiles] = FloatTile.size(rows - first);
            first += tileSize[tiles];
        }
    }

    int tiles() {
        return tiles;
    }

    int rows() {
        return rows;
    }

    int tileStart(int tile) {
        return tileStart[tile];
    }

    int tileSize(int tile) {
        return tileSize[tile];
    }

    /// Makes the values.
    ///
    /// @param group activations that are rounded with one scale; 0 to keep them as they are
    void gather(WorkerPool pool, int threads, int group) {
        activationGroup = group;
        x.values = grown(x.values, rows * columns);
        pool.run(threads, tiles, group == 0 ? gatherTiles : roundTiles);
    }

    private void gatherTile(int tile, int worker) {
        int size = tileSize[tile];
        int to = tileStart[tile] * columns;
        for (int t = 0; t < size; t++) {
            int from = sourceAt + (tileStart[tile] + t) * columns;
            for (int k = 0; k < columns; k++) {
                x.values[to + k * size + t] = source[from + k];
            }
        }
    }

    private void roundTile(int tile, int worker) {
        int size = tileSize[tile];
        int to = tileStart[tile] * columns;
        for (int t = 0; t < size; t++) {
            int from = sourceAt + (tileStart[tile] + t) * columns;
            for (int k = 0; k < columns; k += activationGroup) {
                GroupRounding.round(source, from + k, activationGroup, x.values, to + k * size + t, size);
            }
        }
    }

    /// Quantizes the rows.
    ///
    /// @param group activations that share a scale, a multiple of 32
    /// @param wantCodes whether a matrix reads codes
    /// @param wantPairs whether a matrix reads pairs
    void quantize(WorkerPool pool, int threads, int group, boolean wantCodes, boolean wantPairs) {
        activationGroup = group;
        // A single row meets forms of codes as pairs, and those that were not packed as codes.
        codes = wantCodes;
        pairs = wantPairs || rows == 1;
        if (codes) {
            x.codes = grown(x.codes, rows * columns);
        }
        if (pairs && x.pairs.length < rows * columns) {
            x.pairs = new int[rows * columns];
        }
        x.scales = grown(x.scales, rows * (columns / BLOCK));
        x.sums16 = grown(x.sums16, rows * (columns / SUM));
        x.sums32 = grown(x.sums32, rows * (columns / BLOCK));
        x.negated16 = grown(x.negated16, rows * (columns / SUM));
        x.negated32 = grown(x.negated32, rows * (columns / BLOCK));
        pool.run(threads, tiles, quantizeTiles);
    }

    private void quantizeTile(int tile, int worker) {
        int block = worker * 2 * BLOCK;
        for (int t = 0; t < tileSize[tile]; t++) {
            int from = sourceAt + (tileStart[tile] + t) * columns;
            for (int k = 0; k < columns; k += activationGroup) {
                float d = BlockQuantizer.scale(source, from + k, activationGroup);
                for (int b = k / BLOCK; b < (k + activationGroup) / BLOCK; b++) {
                    BlockQuantizer.quantize(source, from + b * BLOCK, d, blocks, block);
                    sum(block, d, tile, b, t);
                    scatter(block, tile, b, t);
                }
            }
        }
    }

    private void sum(int block, float d, int tile, int b, int t) {
        int size = tileSize[tile];
        float first = BlockQuantizer.sum16(blocks, block);
        float second = BlockQuantizer.sum16(blocks, block + SUM);
        int at16 = tileStart[tile] * (columns / SUM) + 2 * b * size + t;
        x.sums16[at16] = first;
        x.sums16[at16 + size] = second;
        x.negated16[at16] = -(d * first);
        x.negated16[at16 + size] = -(d * second);
        int at32 = tileStart[tile] * (columns / BLOCK) + b * size + t;
        x.scales[at32] = d;
        x.sums32[at32] = first + second;
        x.negated32[at32] = -(d * (first + second));
    }

    private void scatter(int block, int tile, int b, int t) {
        int size = tileSize[tile];
        int to = tileStart[tile] * columns + b * BLOCK * size + t;
        if (codes) {
            for (int i = 0; i < BLOCK; i++) {
                x.codes[to + i * size] = blocks[block + i];
            }
        }
        if (pairs) {
            BlockQuantizer.pairs(blocks, block, pairBlocks, block);
            for (int i = 0; i < BLOCK; i++) {
                x.pairs[to + i * size] = pairBlocks[block + i];
            }
        }
    }

    private static float[] grown(float[] array, int length) {
        return array.length >= length ? array : new float[length];
    }
}
