package dev.railhead.cpu;

import dev.railhead.cpu.simd.ActivationFunctions;
import dev.railhead.cpu.simd.Elementwise;
import dev.railhead.cpu.simd.Tanh;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;

/// The operations that treat each value by itself: gates, functions, caps, sums. Shared out in pieces of values, wherever a
/// row ends: the logits that are capped are one long row.
final class ValueOperations {
    /// Values below which other threads cost more than they bring.
    private static final int PARALLEL_VALUES = 1 << 15;

    /// Values of a piece: two arrays of so many floats, 16 KiB, stay in the first level cache from loop to loop.
    private static final int PIECE = 1 << 11;

    private interface Operation {
        void run(int at, int count, int worker);
    }

    private final WorkerPool pool;
    private final int threads;
    private final float[][] work; // [threads][PIECE]

    private Activations x = new Activations(0, 0);
    private Activations y = x;
    private Activation function = Activation.SILU;
    private float cap;
    private int valueCount;

    private final Operation gate = this::gatePiece;
    private final Operation activate = this::activatePiece;
    private final Operation softcap = this::softcapPiece;
    private final Operation add = this::addPiece;
    private Operation operation = add;
    private final Region piece = this::piece;

    ValueOperations(WorkerPool pool, int threads) {
        this.pool = pool;
        this.threads = threads;
        work = new float[threads][PIECE];
    }

    private void run(int rows, Operation wanted) {
        operation = wanted;
        valueCount = rows * x.columns;
        pool.run(valueCount < PARALLEL_VALUES ? 1 : threads, Math.ceilDiv(valueCount, PIECE), piece);
    }

    private void piece(int item, int worker) {
        int at = item * PIECE;
        operation.run(at, Math.min(PIECE, valueCount - at), worker);
    }

    void gate(Activation wanted, Activations gates, Activations up, int rows) {
        x = gates;
        y = up;
        function = wanted;
        run(rows, gate);
    }

    private void gatePiece(int at, int count, int worker) {
        ActivationFunctions.gate(function, x.values, y.values, at, count);
    }

    void activate(Activation wanted, Activations values, int rows) {
        x = values;
        function = wanted;
        run(rows, activate);
    }

    private void activatePiece(int at, int count, int worker) {
        ActivationFunctions.activate(function, x.values, at, count);
    }

    void softcap(Activations values, int rows, float largest) {
        x = values;
        cap = largest;
        run(rows, softcap);
    }

    private void softcapPiece(int at, int count, int worker) {
        Tanh.softcap(x.values, at, count, 1f, cap, work[worker]);
    }

    void add(Activations sum, Activations summand, int rows) {
        x = sum;
        y = summand;
        run(rows, add);
    }

    private void addPiece(int at, int count, int worker) {
        Elementwise.add(x.values, at, y.values, at, count);
    }
}
