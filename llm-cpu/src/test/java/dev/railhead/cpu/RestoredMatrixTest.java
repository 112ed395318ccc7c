package dev.railhead.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.LoadMode;
import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.PackedBytes;
import dev.railhead.spi.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Matrices of kept bytes, in memory and mapped, equal the packed ones bit for bit.
class RestoredMatrixTest {
    private static final int ROWS = 130;
    private static final int[] STEPS = {1, 2, 17};

    @TempDir
    private Path folder;

    static Stream<BlockType> types() {
        return Samples.types().stream();
    }

    /// A chunk and part of one, and whole chunks or several.
    private static int[] columns(BlockType type) {
        int unit = Math.max(type.blockSize(), type.activationGroup());
        return unit == 1 ? new int[]{291, 768} : new int[]{unit * (256 % unit == 0 ? 256 / unit + 1 : 4), unit * 17};
    }

    private MemorySegment map(MemorySegment bytes, Arena arena) throws IOException {
        Path file = Files.write(folder.resolve("packed"), bytes.toArray(ValueLayout.JAVA_BYTE));
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void equalsThePackedOne(BlockType type) throws IOException {
        for (int columns : columns(type)) {
            try (Arena arena = Arena.ofShared()) {
                compare(Samples.tensor(type, ROWS, columns, columns, arena), arena);
            }
        }
    }

    /// Scales and halves that aren't finite take another form.
    @ParameterizedTest
    @MethodSource("types")
    void equalsThePackedOneForAnyBytes(BlockType type) throws IOException {
        int columns = columns(type)[0];
        try (Arena arena = Arena.ofShared()) {
            byte[] bytes = new byte[(int) type.bytes((long) ROWS * columns)];
            new Random(1).nextBytes(bytes);
            MemorySegment data = arena.allocate(bytes.length);
            data.copyFrom(MemorySegment.ofArray(bytes));
            compare(new Tensor("w", type, new long[]{columns, ROWS}, data, "random.gguf"), arena);
        }
    }

    private void compare(Tensor tensor, Arena arena) throws IOException {
        Tensor withoutData = new Tensor(tensor.name(), tensor.type(), tensor.shape(), MemorySegment.NULL, "gone");
        try (Backend backend = new CpuBackendProvider().create(2)) {
            Matrix packed = backend.pack(tensor, LoadMode.PACKED, arena);
            PackedBytes kept = Objects.requireNonNull(packed.packed());
            PackedBytes mapped = new PackedBytes(kept.form(), map(kept.bytes(), arena));
            for (PackedBytes bytes : new PackedBytes[]{kept, mapped}) {
                Matrix restored = backend.restore(withoutData, bytes);
                assertThat(restored.bytes()).isEqualTo(bytes == kept ? packed.bytes() : 0);
                assertThat(restored.packed()).isEqualTo(bytes);
                assertSameProducts(backend, restored, packed);
                assertSameRows(restored, packed);
                MemorySegment copy = arena.allocate(kept.bytes().byteSize(), 64).copyFrom(kept.bytes());
                restored.moveTo(copy);
                assertThat(restored.bytes()).isEqualTo(packed.bytes());
                assertThat(restored.packed()).isEqualTo(new PackedBytes(kept.form(), copy));
                assertSameProducts(backend, restored, packed);
                assertSameRows(restored, packed);
            }
        }
    }

    /// Products are the same in the moment in which a matrix moves; other bytes afterwards show that the copy is read.
    @ParameterizedTest
    @MethodSource("types")
    void movesWhileItIsMultiplied(BlockType type) throws Exception {
        int columns = columns(type)[1];
        try (Arena arena = Arena.ofShared(); Backend backend = new CpuBackendProvider().create(2)) {
            Tensor tensor = Samples.tensor(type, ROWS, columns, columns, arena);
            Matrix packed = backend.pack(tensor, LoadMode.PACKED, arena);
            PackedBytes kept = Objects.requireNonNull(packed.packed());
            Matrix restored = backend.restore(tensor, new PackedBytes(kept.form(), map(kept.bytes(), arena)));
            MemorySegment copy = arena.allocate(kept.bytes().byteSize(), 64).copyFrom(kept.bytes());
            Thread moving = Thread.ofPlatform().start(() -> restored.moveTo(copy));
            do {
                assertSameProducts(backend, restored, packed);
            } while (moving.isAlive());
            assertSameProducts(backend, restored, packed);
            copy.fill((byte) 0);
            Activations out = new Activations(1, ROWS);
            backend.matmul(Samples.activations(1, columns, 1), 1, restored, out);
            assertThat(out.values).containsOnly(0f);
        }
    }

    @Test
    void copiesOfAnotherSizeAreRefused() {
        try (Arena arena = Arena.ofShared(); Backend backend = new CpuBackendProvider().create(1)) {
            Matrix matrix = backend.pack(Samples.tensor(WeightTypes.F32, 3, 5, 1, arena), LoadMode.PACKED, arena);
            assertThatThrownBy(() -> matrix.moveTo(arena.allocate(9))).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("matrix 'w': expected a copy of %d packed bytes, found 9", matrix.bytes());
        }
    }

    private static void assertSameProducts(Backend backend, Matrix restored, Matrix packed) {
        for (int step : STEPS) {
            Activations x = Samples.activations(step, packed.columns(), step);
            Activations expected = new Activations(step, ROWS);
            Activations actual = new Activations(step, ROWS);
            backend.matmul(x, step, packed, expected);
            backend.matmul(x, step, restored, actual);
            Samples.assertSameBits(actual.values, expected.values, step * ROWS, packed.name() + " x " + step);
        }
    }

    private static void assertSameRows(Matrix restored, Matrix packed) {
        float[] expected = new float[packed.columns()];
        float[] actual = new float[packed.columns()];
        for (int row = 0; row < ROWS; row += 43) {
            packed.row(row, expected, 0);
            restored.row(row, actual, 0);
            Samples.assertSameBits(actual, expected, expected.length, "row " + row);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void wrongBytesAreRefused(BlockType type) {
        try (Arena arena = Arena.ofShared(); Backend backend = new CpuBackendProvider().create(1)) {
            Tensor tensor = Samples.tensor(type, ROWS, columns(type)[0], 1, arena);
            PackedBytes kept = Objects.requireNonNull(backend.pack(tensor, LoadMode.PACKED, arena).packed());
            PackedBytes otherForm = new PackedBytes("other", kept.bytes());
            assertThatThrownBy(() -> backend.restore(tensor, otherForm)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("tensor 'w' of test.gguf").hasMessageEndingWith(", found 'other'");
            long size = kept.bytes().byteSize();
            PackedBytes shorter = new PackedBytes(kept.form(), kept.bytes().asSlice(0, size - 1));
            assertThatThrownBy(() -> backend.restore(tensor, shorter)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("expected %d packed bytes of the form '%s', found %d", size, kept.form(),
                            size - 1);
        }
    }

    @Test
    void matricesThatAreNotPackedHaveNoPackedBytes() {
        try (Arena arena = Arena.ofShared();
                Backend backend = new CpuBackendProvider().create(1);
                Backend reference = new ReferenceBackend()) {
            Tensor tensor = Samples.tensor(WeightTypes.F32, 3, 5, 1, arena);
            assertThat(backend.pack(tensor, LoadMode.MAPPED, arena).packed()).isNull();
            assertThat(reference.pack(tensor, LoadMode.PACKED, arena).packed()).isNull();
            assertThat(reference.packedLayout()).isEmpty();
            Matrix plain = reference.pack(tensor, LoadMode.PACKED, arena);
            assertThatThrownBy(() -> plain.moveTo(tensor.data())).isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("matrix 'w'");
            assertThatThrownBy(() -> reference.restore(tensor, new PackedBytes("F32", tensor.data())))
                    .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("'reference'");
        }
    }
}
