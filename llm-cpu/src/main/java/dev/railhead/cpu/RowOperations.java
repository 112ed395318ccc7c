package dev.railhead.cpu;

import dev.railhead.cpu.simd.Elementwise;
import dev.railhead.cpu.simd.Sum16;
import dev.railhead.spi.Activations;
import dev.railhead.spi.RopeStyle;
import org.jspecify.annotations.Nullable;

/// The operations that treat each row by itself: norms, rotary embedding, bias. Shared out in blocks of rows: rows may be as
/// short as a head.
final class RowOperations {
    /// Values below which other threads cost more than they bring.
    private static final int PARALLEL_VALUES = 1 << 15;

    /// Values of a block of rows, at least, so that taking one costs little beside it.
    private static final int BLOCK_VALUES = 1 << 12;

    private static final float[] NONE = {};

    private interface Operation {
        void run(int row, int worker);
    }

    private final WorkerPool pool;
    private final int threads;

    /// Virtual lanes of a reduction for each thread; cache lines apart.
    private final float[][] lanes;

    private Activations in = new Activations(0, 0);
    private Activations other = in;
    private Activations third = in;
    private float[] weight = NONE;
    private float @Nullable [] bias;
    private float epsilon;
    private int headCount;
    private int headLength;
    private RopeStyle style = RopeStyle.NORM;

    private int rowCount;
    private int blockRows = 1;

    private final Operation rmsNorm = this::rmsNormRow;
    private final Operation layerNorm = this::layerNormRow;
    private final Operation rope = this::ropeRow;
    private final Operation addBias = this::addBiasRow;
    private Operation operation = rmsNorm;
    private final Region block = this::block;

    RowOperations(WorkerPool pool, int threads) {
        this.pool = pool;
        this.threads = threads;
        lanes = new float[threads][2 * Sum16.VIRTUAL_LANES];
    }

    private void run(int rows, Operation wanted) {
        operation = wanted;
        rowCount = rows;
        blockRows = Math.max(1, BLOCK_VALUES / in.columns);
        pool.run((long) rows * in.columns < PARALLEL_VALUES ? 1 : threads, Math.ceilDiv(rows, blockRows), block);
    }

    private void block(int item, int worker) {
        int end = Math.min(rowCount, (item + 1) * blockRows);
        for (int row = item * blockRows; row < end; row++) {
            operation.run(row, worker);
        }
    }

    void rmsNorm(Activations x, int rows, float[] w, float eps, Activations out) {
        in = x;
        weight = w;
        epsilon = eps;
        other = out;
        run(rows, rmsNorm);
    }

    private void rmsNormRow(int row, int worker) {
        int n = in.columns;
        int at = row * n;
        float squares = Sum16.squares(in.values, at, n, lanes[worker]);
        float scale = 1f / (float) Math.sqrt(squares / n + epsilon);
        Elementwise.scale(in.values, at, scale, weight, other.values, row * other.columns, n);
    }

    void layerNorm(Activations x, int rows, float[] w, float @Nullable [] b, float eps, Activations out) {
        in = x;
        weight = w;
        bias = b;
        epsilon = eps;
        other = out;
        run(rows, layerNorm);
    }

    private void layerNormRow(int row, int worker) {
        int n = in.columns;
        int at = row * n;
        int outAt = row * other.columns;
        float mean = Sum16.sum(in.values, at, n, lanes[worker]) / n;
        float squares = Sum16.squaredDeviations(in.values, at, n, mean, lanes[worker]);
        float scale = 1f / (float) Math.sqrt(squares / n + epsilon);
        Elementwise.normalize(in.values, at, mean, scale, weight, other.values, outAt, n);
        if (bias != null) {
            Elementwise.add(other.values, outAt, bias, 0, n);
        }
    }

    void rope(Activations x, int rows, int heads, int length, RopeStyle ropeStyle, Activations cos, Activations sin) {
        in = x;
        headCount = heads;
        headLength = length;
        style = ropeStyle;
        other = cos;
        third = sin;
        run(rows, rope);
    }

    private void ropeRow(int row, int worker) {
        int pairs = other.columns;
        for (int head = 0; head < headCount; head++) {
            int at = row * in.columns + head * headLength;
            if (style == RopeStyle.NORM) {
                rotate(in.values, at, 2, 1, other.values, third.values, row * pairs, pairs);
            } else {
                rotate(in.values, at, 1, pairs, other.values, third.values, row * pairs, pairs);
            }
        }
    }

    private static void rotate(float[] x, int at, int step, int partner, float[] cos, float[] sin, int angle,
            int pairs) {
        for (int i = 0; i < pairs; i++) {
            int p = at + i * step;
            float a = x[p];
            float b = x[p + partner];
            float c = cos[angle + i];
            float s = sin[angle + i];
            x[p] = Math.fma(a, c, -(b * s));
            x[p + partner] = Math.fma(a, s, b * c);
        }
    }

    void addBias(Activations x, int rows, float[] summand) {
        in = x;
        weight = summand;
        run(rows, addBias);
    }

    private void addBiasRow(int row, int worker) {
        Elementwise.add(in.values, row * in.columns, weight, 0, in.columns);
    }
}
