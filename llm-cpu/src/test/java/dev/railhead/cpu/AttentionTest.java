package dev.railhead.cpu;

import static dev.railhead.cpu.Samples.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.KvCacheType;
import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import dev.railhead.spi.KvLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Attention and the store of keys and values against the scalar backend, bit for bit.
class AttentionTest {
    /// Runs steps of rows one after the other with each type of KV cache, checking the outputs and in the end the pages.
    static void compare(AttentionShape shape, int[][] sequences, int[][] positions, int count, float spread) {
        for (KvCacheType type : KvCacheType.values()) {
            compare(shape, SampleRows.layout(shape, type), sequences, positions, count, spread);
        }
    }

    private static void compare(AttentionShape shape, KvLayout layout, int[][] sequences, int[][] positions, int count,
            float spread) {
        for (int threads = 1; threads <= 3; threads++) {
            try (Arena arena = Arena.ofShared();
                    Backend reference = new ReferenceBackend();
                    Backend cpu = new CpuBackendProvider().create(threads)) {
                MemorySegment[][] expectedPages = SampleRows.pages(layout, count, 5, arena);
                MemorySegment[][] actualPages = SampleRows.pages(layout, count, 5, arena);
                for (int step = 0; step < positions.length; step++) {
                    int rows = positions[step].length;
                    SampleRows expectedRows = new SampleRows(layout, expectedPages, sequences[step], positions[step]);
                    SampleRows actualRows = new SampleRows(layout, actualPages, sequences[step], positions[step]);
                    Activations expected = run(reference, shape, rows, expectedRows, step, spread);
                    Activations actual = run(cpu, shape, rows, actualRows, step, spread);
                    assertSameBits(actual.values, expected.values, expected.values.length,
                            shape + ", " + layout.type() + ", step " + step + ", " + threads + " threads");
                }
                for (int s = 0; s < count; s++) {
                    for (int p = 0; p < 5; p++) {
                        assertThat(actualPages[s][p].mismatch(expectedPages[s][p])).isEqualTo(-1);
                    }
                }
            }
        }
    }

    private static Activations run(Backend backend, AttentionShape shape, int rows, SampleRows kv, int step,
            float spread) {
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

    static int[] range(int from, int count) {
        return java.util.stream.IntStream.range(from, from + count).toArray();
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 4, 4", "6, 6, 48, 48", "8, 2, 64, 64", "5, 1, 128, 128", "3, 3, 80, 96", "14, 2, 64, 33",
            "4, 2, 24, 24"})
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

    /// Keys and values at the ends of the ranges of half precision and of scales, and those that are no numbers: one in
    /// each run, since it may spoil what follows.
    @ParameterizedTest
    @EnumSource
    void unusualKeysAndValues(KvCacheType type) {
        AttentionShape shape = new AttentionShape(2, 1, 40, 40, 0.15f);
        float[] edges = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, 65504f,
                -65519.99f,
                65520f, -1e6f, 6.1e-5f, -6e-8f, 2.9e-8f, 1e-30f, 0x1p-94f, 1e-40f, -0f};
        for (float edge : edges) {
            for (int place = 0; place < 4; place++) {
                int at = 70 * 40 + place / 2 * 39; // in the first block of position 70 or in the last
                boolean inKey = place % 2 == 0;
                Activations expected = withEdge(new ReferenceBackend(), shape, type, inKey, at, edge);
                Activations actual = withEdge(new CpuBackendProvider().create(2), shape, type, inKey, at, edge);
                String what = edge + (inKey ? " in a key, " : " in a value, ") + type;
                assertSameBits(actual.values, expected.values, expected.values.length, what);
                boolean kept = type == KvCacheType.F16 ? Math.abs(edge) < 65520f : Float.isFinite(edge);
                if (!kept) {
                    assertThat(allFinite(actual, 0, 70)).as(what).isTrue();
                    assertThat(allFinite(actual, 70, 71)).as(what).isFalse();
                }
                if (kept && Math.abs(edge) < 65520f) {
                    assertThat(allFinite(actual, 0, 80)).as(what).isTrue();
                }
            }
        }
    }

    private static Activations withEdge(Backend backend, AttentionShape shape, KvCacheType type, boolean inKey, int at,
            float edge) {
        KvLayout layout = SampleRows.layout(shape, type);
        Activations k = Samples.activations(80, 40, 1);
        Activations v = Samples.activations(80, 40, 2);
        (inKey ? k : v).values[at] = edge;
        Activations out = new Activations(80, 80);
        try (Arena arena = Arena.ofShared(); backend) {
            SampleRows kv = new SampleRows(layout, SampleRows.pages(layout, 1, 2, arena), new int[80], range(0, 80));
            backend.storeKeysValues(shape, 0, k, v, 80, kv);
            backend.attention(shape, 0, Samples.activations(80, 80, 3), 80, kv, out);
        }
        return out;
    }

    private static boolean allFinite(Activations x, int fromRow, int toRow) {
        for (int i = fromRow * x.columns; i < toRow * x.columns; i++) {
            if (!Float.isFinite(x.values[i])) {
                return false;
            }
        }
        return true;
    }

    /// Attention over values that are what the document says they become.
    @ParameterizedTest
    @EnumSource
    void oneKeyGivesItsValueAsItIsKept(KvCacheType type) {
        AttentionShape shape = new AttentionShape(1, 1, 33, 33, 1f);
        KvLayout layout = SampleRows.layout(shape, type);
        float[] v = {1f / 3, -2.5e-8f, 65504.5f, 127f, -0.5f, 1.5f};
        float[] expected = switch (type) {
            case F32 -> v;
            case F16 -> new float[]{0x1.554p-2f, -0f, 65504f, 127f, -0.5f, 1.5f};
            // The first five share a scale of 65504.5 / 127 with 27 zeros; the last has its own.
            case Q8_0 -> new float[]{0f, -0f, 65504.5f / 127f * 127f, 0f, -0f, 1.5f / 127f * 127f};
        };
        Activations row = new Activations(1, 33);
        System.arraycopy(v, 0, row.values, 0, 5);
        row.values[32] = v[5];
        for (Backend backend : new Backend[]{new ReferenceBackend(), new CpuBackendProvider().create(1)}) {
            Activations out = new Activations(1, 33);
            try (Arena arena = Arena.ofShared(); backend) {
                SampleRows kv = new SampleRows(layout, SampleRows.pages(layout, 1, 1, arena), new int[1], new int[1]);
                backend.storeKeysValues(shape, 0, new Activations(1, 33), row, 1, kv);
                backend.attention(shape, 0, new Activations(1, 33), 1, kv, out);
            }
            for (int i = 0; i < 6; i++) {
                assertThat(out.values[i < 5 ? i : 32]).as(type + " " + backend.name() + " " + v[i])
                        .isEqualTo(expected[i] + 0f); // the sum begins at +0
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nanQueryStaysInItsRow(KvCacheType type) {
        AttentionShape shape = new AttentionShape(2, 1, 16, 16, 0.25f);
        KvLayout layout = SampleRows.layout(shape, type);
        try (Arena arena = Arena.ofShared(); Backend cpu = new CpuBackendProvider().create(2)) {
            SampleRows kv = new SampleRows(layout, SampleRows.pages(layout, 1, 1, arena), new int[5], range(0, 5));
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
