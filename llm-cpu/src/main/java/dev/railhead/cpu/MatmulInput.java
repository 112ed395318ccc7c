package dev.railhead.cpu;

import dev.railhead.cpu.packed.ActivationTiles;
import dev.railhead.cpu.simd.BlockQuantizer;
import dev.railhead.cpu.simd.ByteTile;
import dev.railhead.cpu.simd.FloatTile;
import dev.railhead.cpu.simd.Width;

/// Makes [ActivationTiles] of the rows of a matrix product, once for all matrices of the call.
final class MatmulInput {
    /// The largest step at once, a multiple of every tile; a chunk of 512 is one pass over the weights.
    static final int MAX_ROWS = 516;

    /// The most rows that are few. Weights then are unpacked for one or two tiles only, so rows that don't fill a tile of 4 are
    /// cheaper one by one, straight from the packed weights; from about 16 to 48 rows, depending on the form, floats or shorts
    /// in larger tiles pay.
    static final int FEW_ROWS = 16;

    private static final int BLOCK = BlockQuantizer.BLOCK;
    private static final int HALF = BlockQuantizer.HALF;

    /// Values of a row that are gathered at once: a tile of so many stays in the first level cache.
    private static final int GATHER = 128;

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

    private final Staging[] workers;

    private final Region quantizeTiles = this::quantizeTile;
    private final Region gatherTiles = this::gatherTile;
    private final Region roundTiles = this::roundTile;

    MatmulInput(int threads) {
        workers = new Staging[threads];
        for (int i = 0; i < threads; i++) {
            workers[i] = new Staging();
        }
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
            tileSize[tiles] = few() ? ByteTile.size(rows - first) : FloatTile.size(rows - first);
            first += tileSize[tiles];
        }
    }

    int tiles() {
        return tiles;
    }

    int rows() {
        return rows;
    }

    /// Whether there are few rows: tiles have 8 or 4 rows, and what is left are single ones.
    boolean few() {
        return rows <= FEW_ROWS;
    }

    /// Whether there are single rows that have loops of their own.
    boolean hasSingles() {
        return few() && rows % 4 != 0;
    }

    /// Whether there are tiles.
    boolean hasTiles() {
        return rows >= 4;
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
        for (int k = 0; k < columns; k += GATHER) {
            int count = Math.min(GATHER, columns - k);
            for (int t = 0; t < size; t++) {
                gather(source, row(tile, t) + k, count, x.values, to + k * size + t, size);
            }
        }
    }

    /// `out[to + i · step] = in[at + i]`. With the constant step of the largest tile the compiler can prove that no index is
    /// out of bounds.
    private static void gather(float[] in, int at, int count, float[] out, int to, int step) {
        if (step == 1) {
            System.arraycopy(in, at, out, to, count);
        } else if (step == Width.TILE_ROWS) {
            for (int i = 0; i < count; i++) {
                out[to + i * Width.TILE_ROWS] = in[at + i];
            }
        } else {
            for (int i = 0; i < count; i++) {
                out[to + i * step] = in[at + i];
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
        codes = wantCodes;
        pairs = wantPairs;
        if (codes) {
            x.codes = grown(x.codes, rows * columns);
        }
        if (pairs && x.pairs.length < rows * columns) {
            x.pairs = new int[rows * columns];
        }
        x.scales = grown(x.scales, rows * (columns / BLOCK));
        x.sums16 = grown(x.sums16, rows * (columns / HALF));
        x.sums32 = grown(x.sums32, rows * (columns / BLOCK));
        x.negated16 = grown(x.negated16, rows * (columns / HALF));
        x.negated32 = grown(x.negated32, rows * (columns / BLOCK));
        pool.run(threads, tiles, quantizeTiles);
    }

    /// Block by block through all rows, so that what is written together stays in the first level cache.
    private void quantizeTile(int tile, int worker) {
        for (int k = 0; k < columns; k += activationGroup) {
            for (int t = 0; t < tileSize[tile]; t++) {
                workers[worker].d[t] = BlockQuantizer.scale(source, row(tile, t) + k, activationGroup);
            }
            for (int b = k / BLOCK; b < (k + activationGroup) / BLOCK; b++) {
                quantizeBlock(tile, b, workers[worker]);
            }
        }
    }

    private int row(int tile, int t) {
        return sourceAt + (tileStart[tile] + t) * columns;
    }

    private void quantizeBlock(int tile, int b, Staging s) {
        int size = tileSize[tile];
        int at = tileStart[tile] * columns + b * BLOCK * size;
        for (int t = 0; t < size; t++) {
            int from = row(tile, t) + b * BLOCK;
            if (pairs) {
                int[] out = size == 1 ? x.pairs : s.pairs;
                int to = size == 1 ? at : t * BLOCK;
                float first = BlockQuantizer.pairs(source, from, s.d[t], out, to);
                put(tile, b, t, s.d[t], first,
                        BlockQuantizer.pairs(source, from + HALF, s.d[t], out, to + HALF));
            }
            if (codes) {
                float first = BlockQuantizer.codes(source, from, s.d[t], s.codes, t * BLOCK);
                put(tile, b, t, s.d[t], first,
                        BlockQuantizer.codes(source, from + HALF, s.d[t], s.codes, t * BLOCK + HALF));
            }
        }
        if (codes) {
            s.transposeCodes(size, x.codes, at);
        }
        if (pairs && size > 1) {
            s.transposePairs(size, x.pairs, at);
        }
    }

    private void put(int tile, int b, int t, float d, float first, float second) {
        int size = tileSize[tile];
        int at16 = tileStart[tile] * (columns / HALF) + 2 * b * size + t;
        x.sums16[at16] = first;
        x.sums16[at16 + size] = second;
        x.negated16[at16] = -(d * first);
        x.negated16[at16 + size] = -(d * second);
        int at32 = tileStart[tile] * (columns / BLOCK) + b * size + t;
        x.scales[at32] = d;
        x.sums32[at32] = first + second;
        x.negated32[at32] = -(d * (first + second));
    }

    private static float[] grown(float[] array, int length) {
        return array.length >= length ? array : new float[length];
    }

    /// A block of all rows of a tile, quantized row by row: what a thread writes with vectors and reads again value by value
    /// should not be read at once, because the processor then waits for the write.
    private static final class Staging {
        private static final int ROWS = Width.TILE_ROWS;

        final float[] d = new float[ROWS];
        final float[] codes = new float[ROWS * BLOCK];
        final int[] pairs = new int[ROWS * BLOCK];

        void transposeCodes(int size, float[] out, int at) {
            for (int t = 0; t < size; t++) {
                if (size == ROWS) {
                    scatter(codes, t * BLOCK, out, at + t);
                } else {
                    scatter(codes, t * BLOCK, out, at + t, size);
                }
            }
        }

        void transposePairs(int size, int[] out, int at) {
            for (int t = 0; t < size; t++) {
                if (size == ROWS) {
                    scatter(pairs, t * BLOCK, out, at + t);
                } else {
                    scatter(pairs, t * BLOCK, out, at + t, size);
                }
            }
        }

        // With the constant step of the largest tile the compiler checks no index within the loop.

        private static void scatter(float[] in, int at, float[] out, int to) {
            for (int i = 0; i < BLOCK; i++) {
                out[to + i * ROWS] = in[at + i];
            }
        }

        private static void scatter(float[] in, int at, float[] out, int to, int step) {
            for (int i = 0; i < BLOCK; i++) {
                out[to + i * step] = in[at + i];
            }
        }

        private static void scatter(int[] in, int at, int[] out, int to) {
            for (int i = 0; i < BLOCK; i++) {
                out[to + i * ROWS] = in[at + i];
            }
        }

        private static void scatter(int[] in, int at, int[] out, int to, int step) {
            for (int i = 0; i < BLOCK; i++) {
                out[to + i * step] = in[at + i];
            }
        }
    }
}
