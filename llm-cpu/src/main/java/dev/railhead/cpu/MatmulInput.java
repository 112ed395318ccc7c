package dev.railhead.cpu;

import dev.railhead.cpu.packed.RowInput;
import dev.railhead.cpu.simd.BlockQuantizer;
import dev.railhead.cpu.simd.FloatTile;

/// The activations of a matrix product as the kernels read them: cut into tiles of rows, in a tile k by k with the rows
/// as neighbours, so that the kernels read straight on. Made once for all matrices of the call that want the same.
final class MatmulInput {
    /// The largest step at once; a multiple of every tile.
    static final int MAX_ROWS = 504;

    private static final int BLOCK = BlockQuantizer.BLOCK;
    private static final int SUM = 16;

    /// Of a single row.
    final RowInput row = new RowInput();

    private final int[] tileStart = new int[MAX_ROWS];
    private final int[] tileSize = new int[MAX_ROWS];
    private int tiles;

    private float[] source = {};
    private int sourceAt;
    private int rows;
    private int columns;
    private int activationGroup;

    /// Tiles of f32 activations; `float[columns][size]` each, from start · columns.
    float[] values = {};

    /// Tiles of quantized activations, as [#values].
    float[] codes = {};

    /// Scales of the blocks of 32; `float[columns / 32][size]` each, from start · columns / 32.
    float[] scales = {};

    /// Sums over 16 values, as [#scales].
    float[] sums16 = {};

    /// Sums over 32 values, as [#scales].
    float[] sums32 = {};

    /// A quantized block of each thread, a cache line or more apart.
    private final float[] blocks;

    private final Region quantizeTiles = this::quantizeTile;
    private final Region gatherTiles = this::gatherTile;
    private final Region roundTiles = this::roundTile;

    MatmulInput(int threads) {
        blocks = new float[threads * 2 * BLOCK];
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

    /// Makes the f32 tiles.
    ///
    /// @param group activations that are rounded with one scale; 0 to keep them as they are
    void gather(WorkerPool pool, int threads, int group) {
        activationGroup = group;
        values = grown(values, rows * columns);
        pool.run(threads, tiles, group == 0 ? gatherTiles : roundTiles);
        if (rows == 1) { // whose tile is the row itself
            row.values = group == 0 ? source : values;
            row.offset = group == 0 ? sourceAt : 0;
        }
    }

    private void gatherTile(int tile, int worker) {
        int size = tileSize[tile];
        int to = tileStart[tile] * columns;
        for (int t = 0; t < size; t++) {
            int from = sourceAt + (tileStart[tile] + t) * columns;
            for (int k = 0; k < columns; k++) {
                values[to + k * size + t] = source[from + k];
            }
        }
    }

    private void roundTile(int tile, int worker) {
        int size = tileSize[tile];
        int to = tileStart[tile] * columns;
        for (int t = 0; t < size; t++) {
            int from = sourceAt + (tileStart[tile] + t) * columns;
            for (int k = 0; k < columns; k += activationGroup) {
                GroupRounding.round(source, from + k, activationGroup, values, to + k * size + t, size);
            }
        }
    }

    /// Quantizes the rows.
    ///
    /// @param group activations that share a scale, a multiple of 32
    void quantize(WorkerPool pool, int threads, int group) {
        activationGroup = group;
        codes = grown(codes, rows * columns);
        scales = grown(scales, rows * (columns / BLOCK));
        sums16 = grown(sums16, rows * (columns / SUM));
        sums32 = grown(sums32, rows * (columns / BLOCK));
        pool.run(threads, tiles, quantizeTiles);
        if (rows == 1) {
            prepareRow();
        }
    }

    private void quantizeTile(int tile, int worker) {
        int block = worker * 2 * BLOCK;
        int size = tileSize[tile];
        for (int t = 0; t < size; t++) {
            int from = sourceAt + (tileStart[tile] + t) * columns;
            for (int k = 0; k < columns; k += activationGroup) {
                float d = BlockQuantizer.scale(source, from + k, activationGroup);
                for (int b = k / BLOCK; b < (k + activationGroup) / BLOCK; b++) {
                    BlockQuantizer.quantize(source, from + b * BLOCK, d, blocks, block);
                    scales[tileStart[tile] * (columns / BLOCK) + b * size + t] = d;
                    scatter(block, tile, b, t);
                }
            }
        }
    }

    private void scatter(int block, int tile, int b, int t) {
        int size = tileSize[tile];
        int to = tileStart[tile] * columns + b * BLOCK * size + t;
        float first = 0;
        float second = 0;
        for (int i = 0; i < SUM; i++) {
            codes[to + i * size] = blocks[block + i];
            codes[to + (i + SUM) * size] = blocks[block + i + SUM];
            first += blocks[block + i];
            second += blocks[block + i + SUM];
        }
        int at16 = tileStart[tile] * (columns / SUM) + 2 * b * size + t;
        sums16[at16] = first;
        sums16[at16 + size] = second;
        sums32[tileStart[tile] * (columns / BLOCK) + b * size + t] = first + second;
    }

    private void prepareRow() {
        row.sums = sums16;
        row.scales32 = scales;
        if (row.pairs.length < columns / 2) {
            row.pairs = new int[columns / 2];
            row.pairSums = new int[columns / SUM];
            row.scales16 = new float[columns / SUM];
            row.negated16 = new float[columns / SUM];
            row.negated32 = new float[columns / BLOCK];
        }
        for (int s = 0; s < columns / SUM; s++) {
            pairs(s);
            row.scales16[s] = scales[s / 2];
            row.negated16[s] = -(scales[s / 2] * sums16[s]);
        }
        for (int b = 0; b < columns / BLOCK; b++) {
            row.negated32[b] = -(scales[b] * sums32[b]);
        }
    }

    private void pairs(int s) {
        int evenSum = 0;
        int oddSum = 0;
        for (int k = s * SUM; k < (s + 1) * SUM; k += 2) {
            int even = (int) codes[k];
            int odd = (int) codes[k + 1];
            row.pairs[k / 2] = even & 0xFFFF | odd << 16;
            evenSum += even;
            oddSum += odd;
        }
        row.pairSums[s] = evenSum & 0xFFFF | oddSum << 16;
    }

    private static float[] grown(float[] array, int length) {
        return array.length >= length ? array : new float[length];
    }
}
