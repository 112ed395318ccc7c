package dev.railhead.benchmarks.roofline;

import dev.railhead.LoadMode;
import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/// Random activations, and random weights that repeat every [#PERIOD] rows: a product of a matrix of any size is compared
/// with the few rows that the scalar backend computes. The same type and sizes give the same numbers. Used by one thread.
public final class RepeatedWeights {
    /// Rows that are different: those of a panel, so that every row of every panel is compared.
    public static final int PERIOD = 64;

    private static final long SEED = 1;

    private final BlockType type;
    private final int columns;
    private final byte[] pattern;
    private final Activations in;
    private final Activations expected;

    /// Computes what products must give.
    ///
    /// @param columns inner dimension, a multiple of 256
    /// @param maxStep largest number of activation rows
    public RepeatedWeights(BlockType type, int columns, int maxStep) {
        this.type = type;
        this.columns = columns;
        Random random = new Random(SEED);
        float[] values = new float[PERIOD * columns];
        fill(values, random);
        pattern = new byte[Math.toIntExact(type.bytes(values.length))];
        type.encode(values, 0, values.length, MemorySegment.ofArray(pattern), 0);
        in = new Activations(maxStep, columns);
        fill(in.values, random);
        expected = new Activations(maxStep, PERIOD);
        try (Arena arena = Arena.ofConfined(); Backend reference = new ReferenceBackend()) {
            reference.matmul(in, maxStep, reference.pack(tensor(PERIOD, arena), LoadMode.MAPPED, arena), expected);
        }
    }

    private static void fill(float[] values, Random random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
    }

    /// The activations, `float[maxStep][columns]`.
    public Activations in() {
        return in;
    }

    /// Weights in the layout of a file.
    ///
    /// @param rows a multiple of [#PERIOD]
    /// @param arena owns the memory
    public Tensor tensor(int rows, Arena arena) {
        MemorySegment data = arena.allocate(Math.multiplyExact((long) pattern.length, rows / PERIOD), 64);
        for (long at = 0; at < data.byteSize(); at += pattern.length) {
            MemorySegment.copy(MemorySegment.ofArray(pattern), 0, data, at, pattern.length);
        }
        return new Tensor("weights", type, new long[]{columns, rows}, data, "benchmark");
    }

    /// Compares a product of the first `step` rows of activations.
    ///
    /// @param out `float[step][rows]`
    /// @throws IllegalStateException if any bit is other than the scalar backend's
    public void check(Activations out, int step) {
        int rows = out.columns;
        for (int i = 0; i < step * rows; i++) {
            float e = expected.values[i / rows * PERIOD + i % rows % PERIOD];
            if (Float.floatToIntBits(out.values[i]) != Float.floatToIntBits(e)) {
                throw new IllegalStateException(type.name() + ", " + step + " rows of activations, row " + i / rows
                        + ", output " + i % rows + ": expected " + e + " as of the scalar backend, found "
                        + out.values[i]);
            }
        }
    }
}
