package dev.railhead.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.LoadMode;
import dev.railhead.UnsupportedModelException;
import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.Int8Floats;
import dev.railhead.gguf.block.Int8Groups;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The matrix product against the scalar backend, bit for bit, for every weight type.
class MatmulTest {
    private static final int[] ROWS = {1, 40, 65, 130};
    private static final int[] STEPS = {1, 2, 5, 8, 15, 17, 64};

    static Stream<BlockType> types() {
        return Samples.types().stream();
    }

    /// Inner dimensions: a single block, a chunk, more than a chunk, not a whole number of chunks, odd.
    private static int[] columns(BlockType type) {
        int unit = unit(type);
        return switch (unit) {
            case 1 -> new int[]{1, 33, 256, 515};
            case 256 -> new int[]{256, 768};
            default -> new int[]{unit, 256 % unit == 0 ? 256 : 288, 9 * unit};
        };
    }

    /// What divides the inner dimension.
    private static int unit(BlockType type) {
        return Math.max(type.blockSize(), type.activationGroup());
    }

    @ParameterizedTest
    @MethodSource("types")
    void equalsReference(BlockType type) {
        for (int columns : columns(type)) {
            for (int rows : ROWS) {
                long seed = 31L * columns + rows;
                try (Arena arena = Arena.ofShared()) {
                    compare(Samples.tensor(type, rows, columns, seed, arena), seed, arena);
                }
            }
        }
    }

    private static void compare(Tensor tensor, long seed, Arena arena) {
        int rows = (int) tensor.rows();
        for (int step : STEPS) {
            Activations x = Samples.activations(step, (int) tensor.columns(), seed + step);
            compare(tensor, x, step, rows, arena, "seed " + seed);
        }
    }

    private static void compare(Tensor tensor, Activations x, int step, int rows, Arena arena, String what) {
        Activations expected = new Activations(step, rows);
        try (Backend reference = new ReferenceBackend()) {
            reference.matmul(x, step, reference.pack(tensor, LoadMode.MAPPED, arena), expected);
        }
        for (int threads = 1; threads <= 3; threads++) {
            try (Backend backend = new CpuBackendProvider().create(threads)) {
                for (LoadMode mode : LoadMode.values()) {
                    Activations actual = new Activations(step, rows);
                    backend.matmul(x, step, backend.pack(tensor, mode, arena), actual);
                    Samples.assertSameBits(actual.values, expected.values, step * rows,
                            tensor + " x " + step + " rows, " + mode + ", " + threads + " threads, " + what);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void edgeActivations(BlockType type) {
        int columns = unit(type) == 1 ? 70 : unit(type) * 2;
        float[] edges = {0f, -0f, Float.MIN_VALUE, 1e-38f, 1e-29f, 65535.9f, 65536f, 1e30f, 3e38f, Float.MAX_VALUE,
                Float.NaN,
                Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
        try (Arena arena = Arena.ofShared()) {
            Tensor tensor = Samples.tensor(type, 65, columns, 7, arena);
            for (float edge : edges) {
                for (int step : new int[]{1, 3}) {
                    Activations x = Samples.activations(step, columns, 8);
                    x.values[columns / 3] = edge;
                    compare(tensor, x, step, 65, arena, "edge " + edge);
                    java.util.Arrays.fill(x.values, edge);
                    compare(tensor, x, step, 65, arena, "all " + edge);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void nanActivationGivesNan(BlockType type) {
        int columns = unit(type) == 1 ? 70 : unit(type) * 2;
        try (Arena arena = Arena.ofShared(); Backend backend = new CpuBackendProvider().create(1)) {
            Activations x = Samples.activations(1, columns, 8);
            x.values[3] = Float.NaN;
            Activations out = new Activations(1, 65);
            backend.matmul(x, 1, backend.pack(Samples.tensor(type, 65, columns, 7, arena), LoadMode.PACKED, arena),
                    out);
            for (float value : out.values) {
                assertThat(value).isNaN();
            }
        }
    }

    /// Scales and halves that are infinite or no number: rare in a file, but the same everywhere.
    @ParameterizedTest
    @MethodSource("types")
    void randomBytes(BlockType type) {
        int columns = unit(type) == 1 ? 37 : unit(type) * 3;
        for (long seed = 0; seed < 3; seed++) {
            try (Arena arena = Arena.ofShared()) {
                byte[] bytes = new byte[(int) type.bytes(65L * columns)];
                new java.util.Random(seed).nextBytes(bytes);
                MemorySegment data = arena.allocate(bytes.length, 64);
                data.copyFrom(MemorySegment.ofArray(bytes));
                Tensor tensor = new Tensor("w", type, new long[]{columns, 65}, data, "random.gguf");
                compare(tensor, Samples.activations(3, columns, seed), 3, 65, arena, "seed " + seed);
                compare(tensor, Samples.activations(1, columns, seed), 1, 65, arena, "seed " + seed);
                assertRows(tensor, arena);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void rowsEqualDecode(BlockType type) {
        for (int columns : columns(type)) {
            try (Arena arena = Arena.ofShared()) {
                assertRows(Samples.tensor(type, 130, columns, 5, arena), arena);
            }
        }
    }

    private static void assertRows(Tensor tensor, Arena arena) {
        int columns = (int) tensor.columns();
        float[] expected = new float[columns];
        float[] actual = new float[columns + 2];
        try (Backend backend = new CpuBackendProvider().create(2)) {
            for (LoadMode mode : LoadMode.values()) {
                Matrix matrix = backend.pack(tensor, mode, arena);
                for (int row = 0; row < tensor.rows(); row++) {
                    tensor.type().decode(tensor.data(), row * tensor.type().bytes(columns), expected, 0, columns);
                    matrix.row(row, actual, 2);
                    Samples.assertSameBits(java.util.Arrays.copyOfRange(actual, 2, columns + 2), expected, columns,
                            tensor + " row " + row + " " + mode);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void packedSize(BlockType type) {
        int columns = unit(type) == 1 ? 512 : unit(type) * 8;
        try (Arena arena = Arena.ofShared(); Backend backend = new CpuBackendProvider().create(1)) {
            Tensor tensor = Samples.tensor(type, 128, columns, 5, arena);
            Matrix matrix = backend.pack(tensor, LoadMode.PACKED, arena);
            assertThat(matrix.bytes()).isEqualTo(backend.packedBytes(tensor, LoadMode.PACKED))
                    .isLessThanOrEqualTo(mostBytes(tensor));
            assertThat(backend.packedBytes(tensor, LoadMode.MAPPED)).isZero();
            assertThat(backend.pack(tensor, LoadMode.MAPPED, arena).bytes()).isZero();
        }
    }

    /// A twentieth more than the file; types below 4 bits take codes of 4 bits, and at most 1.19 bits for scales and minimums.
    private static long mostBytes(Tensor tensor) {
        boolean fewBits = tensor.type().blockBytes() * 8 < tensor.type().blockSize() * 4;
        return fewBits ? tensor.elements() * 83 / 128 : tensor.data().byteSize() * 105 / 100;
    }

    /// Types that share one input, with rounded floats and without, and types that don't.
    static Stream<List<BlockType>> mixes() {
        return Stream.of(WeightTypes.all(),
                List.of(new Int8Floats(48), WeightTypes.byName("Q6_K"), new Int8Floats(48), WeightTypes.byName("Q4_1")),
                List.of(new Int8Groups(64), WeightTypes.F32, new Int8Groups(64)), Samples.types());
    }

    @ParameterizedTest
    @MethodSource("mixes")
    void severalMatricesOfOneInput(List<BlockType> types) {
        try (Arena arena = Arena.ofShared()) {
            List<Tensor> tensors = types.stream().map(t -> Samples.tensor(t, 70, 768, 11, arena)).toList();
            for (int step : new int[]{1, 13, 520}) {
                Activations x = Samples.activations(step, 768, step);
                Activations[] expected = multiply(new ReferenceBackend(), tensors, x, step, arena);
                Activations[] actual = multiply(new CpuBackendProvider().create(3), tensors, x, step, arena);
                for (int i = 0; i < expected.length; i++) {
                    Samples.assertSameBits(actual[i].values, expected[i].values, step * 70, tensors.get(i).toString());
                }
            }
        }
    }

    private static Activations[] multiply(Backend backend, List<Tensor> tensors, Activations x, int step, Arena arena) {
        try (backend) {
            Matrix[] weights = tensors.stream().map(t -> backend.pack(t, LoadMode.PACKED, arena))
                    .toArray(Matrix[]::new);
            Activations[] outs = Stream.generate(() -> new Activations(step, 70)).limit(weights.length)
                    .toArray(Activations[]::new);
            backend.matmul(x, step, weights, outs);
            return outs;
        }
    }

    /// The rows of a file are checked when it is read; this is the last line of defence.
    @ParameterizedTest
    @CsvSource({"16, 40", "48, 64", "64, 96"})
    void rowsThatAreNoWholeGroupsAreRefused(int groupSize, int columns) {
        BlockType type = groupSize % 32 == 0 ? new Int8Groups(groupSize) : new Int8Floats(groupSize);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment data = arena.allocate(columns * 4L * Float.BYTES);
            Tensor tensor = new Tensor("blk.0.ffn_down.weight", type, new long[]{columns, 3}, data, "w.bin");
            for (Backend backend : List.of(new ReferenceBackend(), new CpuBackendProvider().create(1))) {
                try (backend) {
                    for (LoadMode mode : LoadMode.values()) {
                        assertThatThrownBy(() -> backend.pack(tensor, mode, arena))
                                .isInstanceOf(UnsupportedModelException.class)
                                .hasMessage("tensor 'blk.0.ffn_down.weight' of w.bin (INT8_G%d [%d, 3]): expected rows "
                                        + "of whole groups of %d activations, found %d columns", groupSize, columns,
                                        groupSize, columns);
                    }
                }
            }
        }
    }

    @Test
    void wrongShapesAreNamed() {
        try (Arena arena = Arena.ofShared(); Backend backend = new CpuBackendProvider().create(1)) {
            Matrix matrix = backend.pack(Samples.tensor(WeightTypes.F32, 3, 5, 1, arena), LoadMode.PACKED, arena);
            assertThatThrownBy(() -> backend.matmul(new Activations(1, 4), 1, matrix, new Activations(1, 3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("matrix 'w': expected activations of 5 and outputs of 3 columns, found 4 and 3");
        }
    }
}
