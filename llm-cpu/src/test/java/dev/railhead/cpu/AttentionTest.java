package dev.railhead.cpu;

import static dev.railhead.cpu.Samples.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.KvRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Attention and the store of keys and values against the scalar backend, bit for bit.
class AttentionTest {
    /// Sequences with pages of their own; row r is at `positions[r]` of sequence `sequences[r]`.
    private record Rows(KvLayout layout, MemorySegment[][] pages, int[] sequences, int[] positions) implements KvRows {
        @Override
        public int position(int row) {
            return positions[row];
        }

        @Override
        public MemorySegment page(int row, int page) {
            return pages[sequences[row]][page];
        }
    }

    private static MemorySegment[][] pages(KvLayout layout, int sequences, int pages, float fill, Arena arena) {
        MemorySegment[][] all = new MemorySegment[sequences][pages];
        for (MemorySegment[] sequence : all) {
            for (int p = 0; p < pages; p++) {
                sequence[p] = arena.allocate(layout.pageBytes(), 64);
                for (long i = 0; i < layout.pageBytes() / 4; i++) {
                    sequence[p].setAtIndex(ValueLayout.JAVA_FLOAT, i, fill);
                }
            }
        }
        return all;
    }

    private static KvLayout layout(AttentionShape shape) {
        int[] two = {shape.kvHeadCount(), shape.kvHeadCount()};
        return new KvLayout(two, new int[]{shape.keyLength(), shape.keyLength()},
                new int[]{shape.valueLength(), shape.valueLength()});
    }

    /// Runs steps of rows one after the other, checking the outputs and in the end the pages. Memory that no position has
    /// written holds NaN, so a read of it shows.
    private static void compare(AttentionShape shape, int[][] sequences, int[][] positions, int count, float spread) {
        KvLayout layout = layout(shape);
        for (int threads = 1; threads <= 3; threads++) {
            try (Arena arena = Arena.ofShared();
                    Backend reference = new ReferenceBackend();
                    Backend cpu = new CpuBackendProvider().create(threads)) {
                MemorySegment[][] expectedPages = pages(layout, count, 5, Float.NaN, arena);
                MemorySegment[][] actualPages = pages(layout, count, 5, Float.NaN, arena);
                for (int step = 0; step < positions.length; step++) {
                    int rows = positions[step].length;
                    Rows expectedRows = new Rows(layout, expectedPages, sequences[step], positions[step]);
                    Rows actualRows = new Rows(layout, actualPages, sequences[step], positions[step]);
                    Activations expected = run(reference, shape, rows, expectedRows, step, spread);
                    Activations actual = run(cpu, shape, rows, actualRows, step, spread);
                    assertSameBits(actual.values, expected.values, expected.values.length,
                            shape + ", step " + step + ", " + threads + " threads");
                }
                for (int s = 0; s < count; s++) {
                    for (int p = 0; p < 5; p++) {
                        assertThat(actualPages[s][p].mismatch(expectedPages[s][p])).isEqualTo(-1);
                    }
                }
            }
        }
    }

    private static Activations run(Backend backend, AttentionShape shape, int rows, Rows kv, int step, float spread) {
        int kvLength = shape.kvHeadCount() * shape.keyLength();
        Activations k = Samples.activations(rows, kvLength, 3L * step);
        Activations v = Samples.activations(rows, shape.kvHeadCount() * shape.valueLength(), 3L * step + 1);
        Activations q = Samples.activations(rows, shape.headCount() * shape.keyLength(), 3L * step + 2);
        for (int i = 0; i < q.values.length; i++) {
            q.values[i] *= spread;
        }
        for (int i = 0; i < v.values.length; i += 5) {
            v.values[i] = -0f;
        }
        Activations out = new Activations(rows, shape.headCount() * shape.valueLength());
        for (int layer = 0; layer < 2; layer++) {
            backend.storeKeysValues(shape, layer, k, v, rows, kv);
        }
        backend.attention(shape, 1, q, rows, kv, out);
        return out;
    }

    private static int[] range(int from, int count) {
        return java.util.stream.IntStream.range(from, from + count).toArray();
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 4, 4", "6, 6, 48, 48", "8, 2, 64, 64", "4, 1, 128, 128", "3, 3, 80, 96", "14, 2, 64, 33"})
    void promptInChunksThenTokens(int headCount, int kvHeadCount, int keyLength, int valueLength) {
        AttentionShape shape = new AttentionShape(headCount, kvHeadCount, keyLength, valueLength,
                (float) (1 / Math.sqrt(keyLength)));
        int[][] positions = {range(0, 150), range(150, 41), {191}, {192}, {193}, range(194, 70)};
        int[][] sequences = new int[positions.length][];
        for (int i = 0; i < positions.length; i++) {
            sequences[i] = new int[positions[i].length];
        }
        compare(shape, sequences, positions, 1, 1f);
        compare(shape, sequences, positions, 1, 40f);
    }

    @Test
    void severalSequencesInAStep() {
        AttentionShape shape = new AttentionShape(4, 2, 32, 32, 0.2f);
        int[][] positions = {range(0, 70), range(0, 20), {70, 20, 21, 22, 0}, {71, 23, 1}};
        int[][] sequences = {new int[70], range(0, 20), {0, 1, 1, 1, 2}, {0, 1, 2}};
        java.util.Arrays.fill(sequences[1], 1);
        compare(shape, sequences, positions, 3, 1f);
    }

    @Test
    void nanQueryStaysInItsRow() {
        AttentionShape shape = new AttentionShape(2, 1, 16, 16, 0.25f);
        KvLayout layout = layout(shape);
        try (Arena arena = Arena.ofShared(); Backend cpu = new CpuBackendProvider().create(2)) {
            Rows kv = new Rows(layout, pages(layout, 1, 1, Float.NaN, arena), new int[5], range(0, 5));
            Activations k = Samples.activations(5, 16, 1);
            cpu.storeKeysValues(shape, 0, k, k, 5, kv);
            Activations q = Samples.activations(5, 32, 2);
            q.values[2 * 32 + 3] = Float.NaN;
            Activations out = new Activations(5, 32);
            cpu.attention(shape, 0, q, 5, kv, out);
            for (int i = 0; i < out.values.length; i++) {
                assertThat(Float.isNaN(out.values[i])).isEqualTo(i / 16 == 4);
            }
        }
    }
}
