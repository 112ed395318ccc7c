package dev.railhead.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.LoadMode;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Packed weights against the plain decoder of their type, value by value: rows that are read at once and rows that are
/// read in runs, panels with fewer rows than others, weights that don't fit their form.
class PackingTest {
    /// Half a mebibyte is read at once.
    private static final int RUN_BYTES = 1 << 19;

    static Stream<BlockType> types() {
        return Samples.types().stream();
    }

    private static int unit(BlockType type) {
        return Math.max(type.blockSize(), type.activationGroup());
    }

    /// The bytes come by reading only: what the data's segment holds is something else.
    private static Tensor readOnlyTensor(BlockType type, int rows, int columns, byte[] bytes, Reads reads) {
        MemorySegment other = MemorySegment.ofArray(new byte[bytes.length]).asReadOnly();
        return new Tensor("w", type, new long[]{columns, rows}, other, "test.gguf", (offset, out, at, count) -> {
            System.arraycopy(bytes, Math.toIntExact(offset), out, at, count);
            reads.count.incrementAndGet();
            reads.bytes.addAndGet(count);
            reads.largest.accumulateAndGet(count, Math::max);
        });
    }

    private static final class Reads {
        final AtomicInteger count = new AtomicInteger();
        final AtomicLong bytes = new AtomicLong();
        final AtomicInteger largest = new AtomicInteger();
    }

    private static Reads assertPacks(BlockType type, int rows, int columns, byte[] bytes, String what) {
        Reads reads = new Reads();
        Tensor tensor = readOnlyTensor(type, rows, columns, bytes, reads);
        float[] expected = new float[columns];
        float[] actual = new float[columns];
        try (Arena arena = Arena.ofShared(); Backend backend = new CpuBackendProvider().create(3)) {
            Matrix matrix = backend.pack(tensor, LoadMode.PACKED, arena);
            for (int row = 0; row < rows; row++) {
                type.decode(MemorySegment.ofArray(bytes), row * type.bytes(columns), expected, 0, columns);
                matrix.row(row, actual, 0);
                Samples.assertSameBits(actual, expected, columns, tensor + " row " + row + ", " + what);
            }
        }
        return reads;
    }

    private static byte[] encoded(BlockType type, int rows, int columns, long seed) {
        try (Arena arena = Arena.ofConfined()) {
            return Samples.tensor(type, rows, columns, seed, arena).data()
                    .toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void neighbouringRowsAreOneRead(BlockType type) {
        int columns = unit(type) == 1 ? 257 : 3 * unit(type);
        byte[] bytes = encoded(type, 150, columns, 1);
        Reads reads = assertPacks(type, 150, columns, bytes, "seed 1");
        assertThat(reads.count).hasValue(3); // panels
        assertThat(reads.bytes).hasValue(bytes.length);
    }

    @ParameterizedTest
    @MethodSource("types")
    void longRowsAreReadInRuns(BlockType type) {
        int values = 3 * RUN_BYTES / 64 / type.blockBytes() * type.blockSize();
        int columns = values / unit(type) * unit(type) + (unit(type) == 1 ? 1 : unit(type));
        byte[] bytes = encoded(type, 65, columns, 2);
        Reads reads = assertPacks(type, 65, columns, bytes, "seed 2");
        assertThat(reads.count.get()).isGreaterThan(2 * 65);
        assertThat(reads.bytes).hasValue(bytes.length);
        assertThat(reads.largest.get()).isLessThanOrEqualTo(RUN_BYTES / 64);
    }

    /// Random bytes have scales and halves that no packed form of the type holds, so they are packed once more.
    @ParameterizedTest
    @MethodSource("types")
    void whatDoesNotFitIsPackedExactly(BlockType type) {
        int columns = unit(type) == 1 ? 515 : 3 * unit(type);
        byte[] bytes = new byte[Math.toIntExact(type.bytes(70L * columns))];
        new Random(3).nextBytes(bytes);
        assertPacks(type, 70, columns, bytes, "seed 3");
        Arrays.fill(bytes, (byte) -1);
        assertPacks(type, 70, columns, bytes, "all ones");
    }
}
