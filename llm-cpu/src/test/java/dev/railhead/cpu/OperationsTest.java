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

/// Norm, rotary embedding, gate and sums against the scalar backend, bit for bit.
class OperationsTest {
    private static final float[] EDGES = {0f, -0f, Float.MIN_VALUE, -1e-40f, 1e-20f, 87f, -87.1f, 88.4f, -88.4f, 1e10f,
            -1e10f, Float.MAX_VALUE, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};

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
    @CsvSource({"1, 1", "1, 15", "3, 16", "2, 288", "40, 1027"})
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
    @CsvSource({"1, 1", "1, 15", "3, 16", "2, 288", "40, 1027"})
    void elementwise(int rows, int columns) {
        Activations y = sample(rows, columns, true);
        float[] bias = Samples.activations(1, columns, 3).values;
        compare(rows, columns, (backend, x) -> backend.add(x, y, rows));
        compare(rows, columns, (backend, x) -> backend.addBias(x, rows, bias));
        compare(rows, columns, (backend, x) -> backend.gate(Activation.SILU, x, y, rows));
    }
}
