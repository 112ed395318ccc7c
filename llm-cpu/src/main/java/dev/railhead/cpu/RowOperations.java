package dev.railhead.cpu;

import dev.railhead.cpu.simd.Elementwise;
import dev.railhead.cpu.simd.Sum16;
import dev.railhead.spi.Activations;
import dev.railhead.spi.RopeStyle;

/// The operations that treat each row by itself: norm, rotary embedding, gate, sums. A step of many rows is shared out
/// row by row.
final class RowOperations {
    /// Values below which other threads cost more than they bring.
    private static final int PARALLEL_VALUES = 1 << 15;

    private static final float[] NONE = {};

    private final WorkerPool pool;
    private final int threads;

    /// Virtual lanes of a reduction for each thread; cache lines apart.
    private final float[][] lanes;

    private Activations in = new Activations(0, 0);
    private Activations other = in;
    private Activations third = in;
    private float[] weight = NONE;
    private float epsilon;
    private int headCount;
    private int headLength;
    private RopeStyle style = RopeStyle.NORM;

    private final Region rmsNorm = this::rmsNormRow;
    private final Region rope = this::ropeRow;
    private final Region swiGlu = this::swiGluRow;
    private final Region add = this::addRow;
    private final Region addBias = this::addBiasRow;

    RowOperations(WorkerPool pool, int threads) {
        this.pool = pool;
        this.threads = threads;
        lanes = new float[threads][2 * Sum16.VIRTUAL_LANES];
    }

    private void run(int rows, Region region) {
        pool.run((long) rows * in.columns < PARALLEL_VALUES ? 1 : threads, rows, region);
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

    void swiGlu(Activations gate, Activations up, int rows) {
        in = gate;
        other = up;
        run(rows, swiGlu);
    }

    private void swiGluRow(int row, int worker) {
        Elementwise.swiGlu(in.values, other.values, row * in.columns, in.columns);
    }

    void add(Activations x, Activations y, int rows) {
        in = x;
        other = y;
        run(rows, add);
    }

    private void addRow(int row, int worker) {
        Elementwise.add(in.values, row * in.columns, other.values, row * other.columns, in.columns);
    }

    void addBias(Activations x, int rows, float[] bias) {
        in = x;
        weight = bias;
        run(rows, addBias);
    }

    private void addBiasRow(int row, int worker) {
        Elementwise.add(in.values, row * in.columns, weight, 0, in.columns);
    }
}
