package dev.railhead.cpu;

import static dev.railhead.cpu.Samples.assertSameBits;

import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.RopeStyle;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Norms, rotary embedding, gates, functions and sums against the scalar backend, bit for bit.
class OperationsTest {
    private static final float[] EDGES = {0f, -0f, Float.MIN_VALUE, -1e-40f, 1e-20f, 87f, -87.1f, 88f, -88f, 88.4f,
            -88.4f, 100f, -100f, 0.625f, -0.625f, Math.nextDown(0.625f), -Math.nextDown(0.625f), 7f, -7f,
            Math.nextUp(7f), -Math.nextUp(7f), 43.6f, -43.6f, 9f, -9f, 1e10f, -1e10f, Float.MAX_VALUE, -Float.MAX_VALUE,
            Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};

    /// Rows and columns: one number, no whole vector, several pieces with a rest behind the last.
    private static final int[][] SHAPES = {{1, 1}, {1, 15}, {3, 16}, {2, 288}, {40, 1027}};

    /// Runs an operation on copies of the same input with both backends, with and without edge values.
    private static void compare(int rows, int columns, BiConsumer<Backend, Activations> operation) {
        for (int edges = 0; edges < 2; edges++) {
            for (int threads = 1; threads <= 3; threads++) {
                Activations expected = sample(rows, columns, edges == 1);
                Activations actual = sample(rows, columns, edges == 1);
                try (Backend reference = new ReferenceBackend();
                        Backend cpu = new CpuBackendProvider().create(threads)) {
                    operation.accept(reference, expected);
                    operation.accept(cpu, actual);
                }
                assertSameBits(actual.values, expected.values, rows * columns,
                        rows + " x " + columns + ", " + threads + " threads, edges " + edges);
            }
        }
    }

    private static Activations sample(int rows, int columns, boolean edges) {
        Activations x = Samples.activations(rows, columns, columns);
        for (int i = 0; edges && i < x.values.length; i += 7) {
            x.values[i] = EDGES[i / 7 % EDGES.length];
        }
        return x;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 15", "3, 16", "2, 288", "40, 1027", "700, 64"})
    void rmsNorm(int rows, int columns) {
        float[] weight = Samples.activations(1, columns, 1).values;
        compare(rows, columns, (backend, x) -> backend.rmsNorm(x, rows, weight, 1e-5f, x));
        Activations in = sample(rows, columns, false);
        compare(rows, columns, (backend, x) -> backend.rmsNorm(in, rows, weight, 1e-6f, x));
    }

    @ParameterizedTest
    @EnumSource(RopeStyle.class)
    void rope(RopeStyle style) {
        for (int headLength : new int[]{2, 48, 64, 80}) {
            for (int pairs : new int[]{1, headLength / 4, headLength / 2}) {
                int rows = 33;
                Activations cos = Samples.activations(rows, pairs, 1);
                Activations sin = Samples.activations(rows, pairs, 2);
                compare(rows, 3 * headLength,
                        (backend, x) -> backend.rope(x, rows, 3, headLength, style, cos, sin));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 15", "3, 16", "2, 288", "40, 1027", "700, 64", "300, 129"})
    void layerNorm(int rows, int columns) {
        float[] weight = Samples.activations(1, columns, 1).values;
        float[] bias = Samples.activations(1, columns, 2).values;
        compare(rows, columns, (backend, x) -> backend.layerNorm(x, rows, weight, bias, 1e-5f, x));
        Activations in = sample(rows, columns, false);
        compare(rows, columns, (backend, x) -> backend.layerNorm(in, rows, weight, null, 1e-6f, x));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 64, 80, 256})
    void normsOfHeads(int headLength) {
        int rows = 43;
        int heads = 16;
        float[] weight = Samples.activations(1, headLength, 1).values;
        compare(rows, heads * headLength,
                (backend, x) -> backend.rmsNorm(x.view(headLength), rows * heads, weight, 1e-6f,
                        x.view(headLength)));
        compare(rows, heads * headLength, (backend, x) -> backend.layerNorm(x.view(headLength), rows * heads, weight,
                null, 1e-5f, x.view(headLength)));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 15", "3, 16", "2, 288", "40, 1027"})
    void sums(int rows, int columns) {
        Activations y = sample(rows, columns, true);
        float[] bias = Samples.activations(1, columns, 3).values;
        compare(rows, columns, (backend, x) -> backend.add(x, y, rows));
        compare(rows, columns, (backend, x) -> backend.addBias(x, rows, bias));
    }

    @ParameterizedTest
    @EnumSource
    void functions(Activation function) {
        for (int[] shape : SHAPES) {
            int rows = shape[0];
            Activations up = Samples.activations(rows, shape[1], 4);
            Activations edges = sample(rows, shape[1], true);
            compare(rows, shape[1], (backend, x) -> backend.activate(function, x, rows));
            compare(rows, shape[1], (backend, x) -> backend.gate(function, x, up, rows));
            compare(rows, shape[1], (backend, x) -> backend.gate(function, x, edges, rows));
            compare(rows, shape[1], (backend, x) -> {
                spread(x);
                backend.activate(function, x, rows);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {0.5f, 1f, 30f, 1e30f})
    void softcap(float cap) {
        for (int[] shape : SHAPES) {
            compare(shape[0], shape[1], (backend, x) -> backend.softcap(x, shape[0], cap));
            compare(shape[0], shape[1], (backend, x) -> {
                spread(x);
                backend.softcap(x, shape[0], cap);
            });
        }
    }

    /// From where the functions are almost linear to where they are flat.
    private static void spread(Activations x) {
        for (int i = 0; i < x.values.length; i++) {
            x.values[i] *= 1 << i % 7;
        }
    }
}
