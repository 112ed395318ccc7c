package dev.railhead.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.LoadMode;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.gguf.testing.ChildJvm;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.PackedBytes;
import dev.railhead.spi.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A mapped file that is truncated while kernels read it gives an error that can be caught, in compiled code too; vector
/// loads from the mapping would end the process.
class TruncatedMappingTest {
    @ParameterizedTest
    @CsvSource({"Q4_0, weights", "Q6_K, weights", "F16, weights", "F32, weights", "Q4_0, packed", "Q4_K, packed",
            "Q6_K, packed", "Q8_0, packed", "F16, packed", "BF16, packed", "F32, packed"})
    void givesAnError(String type, String bytes, @TempDir Path directory) throws Exception {
        ChildJvm.Result result = ChildJvm.run(List.of("--add-modules=jdk.incubator.vector"), Truncate.class,
                List.of(type, bytes, directory.resolve("file").toString()));
        assertThat(result.output()).contains("survived 2 of 2");
        assertThat(result.exitCode()).isZero();
    }

    /// Multiplies until the kernels are compiled, truncates the file, multiplies with one row and with many, reports.
    static final class Truncate {
        private static final int ROWS = 256;
        private static final int COLUMNS = 2048;
        private static final int STEP = 8;

        private Truncate() {}

        public static void main(String[] args) throws Exception {
            BlockType type = WeightTypes.byName(args[0]);
            Path file = Path.of(args[2]);
            try (Arena arena = Arena.ofShared(); Backend backend = new CpuBackendProvider().create(2)) {
                long bytes = type.bytes((long) ROWS * COLUMNS);
                Files.write(file, new byte[Math.toIntExact(bytes)]);
                Matrix matrix = backend.pack(tensor(type, file, arena), LoadMode.MAPPED, arena);
                if (args[1].equals("packed")) {
                    matrix = restored(backend, tensor(type, file, arena), file, arena);
                }
                Activations in = Samples.activations(STEP, COLUMNS, 1);
                Activations out = new Activations(STEP, ROWS);
                for (int i = 0; i < 60; i++) {
                    backend.matmul(in, i % 2 == 0 ? 1 : STEP, matrix, out);
                }
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(0);
                }
                int survived = 0;
                for (int rows : new int[]{1, STEP}) {
                    try {
                        backend.matmul(in, rows, matrix, out);
                    } catch (InternalError e) {
                        survived++;
                    }
                }
                System.out.println("survived " + survived + " of 2");
            }
        }

        /// The file holds packed bytes afterwards.
        private static Matrix restored(Backend backend, Tensor tensor, Path file, Arena arena) throws Exception {
            PackedBytes packed = Objects
                    .requireNonNull(backend.pack(tensor, LoadMode.PACKED, arena).packed());
            Files.delete(file); // not truncated: the tensor is mapped
            Files.write(file, packed.bytes().toArray(ValueLayout.JAVA_BYTE));
            try (FileChannel channel = FileChannel.open(file)) {
                MemorySegment data = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
                return backend.restore(tensor, new PackedBytes(packed.form(), data));
            }
        }

        private static Tensor tensor(BlockType type, Path file, Arena arena) throws Exception {
            try (FileChannel channel = FileChannel.open(file)) {
                MemorySegment data = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
                return new Tensor("w", type, new long[]{COLUMNS, ROWS}, data, file.toString());
            }
        }
    }
}
