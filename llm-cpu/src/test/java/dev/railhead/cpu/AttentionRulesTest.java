package dev.railhead.cpu;

import static dev.railhead.cpu.AttentionTest.compare;
import static dev.railhead.cpu.AttentionTest.range;
import static dev.railhead.cpu.Samples.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.KvCacheType;
import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionMask;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import dev.railhead.spi.KvLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Masks, capped scores and sinks against the scalar backend, bit for bit.
class AttentionRulesTest {
    private static final AttentionShape SHAPE = new AttentionShape(6, 2, 20, 33, 0.25f);

    /// A sequence in steps, then three whose rows share steps.
    private static void compareAll(AttentionShape shape) {
        int[][] positions = {range(0, 150), range(150, 41), {191}, {192}, {193}, range(194, 30)};
        int[][] one = Arrays.stream(positions).map(step -> new int[step.length]).toArray(int[][]::new);
        compare(shape, one, positions, 1, 8f);
        int[][] sequences = {new int[200], {1, 1, 1, 1}, {0, 1, 1, 1, 2}, {0, 1, 2}};
        compare(shape, sequences, new int[][]{range(0, 200), range(0, 4), {200, 4, 5, 6, 0}, {201, 7, 1}}, 3, 1f);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64, 65, 128})
    void windows(int window) {
        compareAll(SHAPE.withMask(new AttentionMask(true, window)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 63, 64, 65, 128})
    void bidirectional(int window) {
        compareAll(SHAPE.withMask(new AttentionMask(false, window)));
    }

    @ParameterizedTest
    @CsvSource({"0.5, true, 0", "30, true, 0", "30, true, 65", "30, false, 0"})
    void softcap(float cap, boolean causal, int window) {
        compareAll(SHAPE.withMask(new AttentionMask(causal, window)).withSoftcap(cap));
    }

    @Test
    void sinks() {
        float[] sinks = {0.5f, -100f, 100f, -0f, Float.NEGATIVE_INFINITY, Float.NaN};
        compareAll(SHAPE.withSinks(sinks));
        compareAll(SHAPE.withSinks(sinks).withMask(new AttentionMask(true, 65)).withSoftcap(20f));
    }

    /// What a row doesn't see doesn't touch it, whatever it is.
    @ParameterizedTest
    @EnumSource
    void nothingOfAnUnseenPositionIsRead(KvCacheType type) {
        int at = 70;
        for (float softcap : new float[]{0f, 25f}) {
            for (AttentionMask mask : new AttentionMask[]{new AttentionMask(true, 16), new AttentionMask(false, 16)}) {
                AttentionShape shape = new AttentionShape(2, 1, 16, 16, 0.25f).withMask(mask).withSoftcap(softcap);
                KvLayout layout = SampleRows.layout(shape, type);
                Activations k = Samples.activations(140, 16, 1);
                Activations v = Samples.activations(140, 16, 2);
                Arrays.fill(k.values, at * 16, at * 16 + 16, Float.NaN);
                Arrays.fill(v.values, at * 16, at * 16 + 16, Float.POSITIVE_INFINITY);
                Activations out = new Activations(140, 32);
                try (Arena arena = Arena.ofShared(); Backend cpu = new CpuBackendProvider().create(2)) {
                    MemorySegment[][] pages = SampleRows.pages(layout, 1, 3, arena);
                    var rows = new SampleRows(layout, pages, new int[140], range(0, 140));
                    cpu.storeKeysValues(shape, 0, k, v, 140, rows);
                    cpu.attention(shape, 0, Samples.activations(140, 32, 3), 140, rows, out);
                }
                for (int row = 0; row < 140; row++) {
                    boolean sees = mask.first(row) <= at && mask.end(row, 140) > at;
                    for (int i = row * 32; i < row * 32 + 32; i++) {
                        assertThat(Float.isFinite(out.values[i])).as("%s, softcap %s, row %s", mask, softcap, row)
                                .isEqualTo(!sees);
                    }
                }
            }
        }
    }

    /// Pages that no row of a step sees may have been given back.
    @ParameterizedTest
    @CsvSource({"128, 256, 2", "128, 255, 2", "1, 256, 4", "1, 255, 3", "64, 300, 3"})
    void aWindowReadsItsPagesOnly(int window, int position, int firstPage) {
        AttentionShape shape = SHAPE.withMask(new AttentionMask(true, window));
        KvLayout layout = SampleRows.layout(shape, KvCacheType.F16);
        Activations k = Samples.activations(301, 40, 1);
        Activations v = Samples.activations(301, 66, 2);
        Activations q = Samples.activations(1, 120, 3);
        Activations expected = new Activations(1, 198);
        Activations actual = new Activations(1, 198);
        try (Arena arena = Arena.ofShared();
                Backend reference = new ReferenceBackend();
                Backend cpu = new CpuBackendProvider().create(2)) {
            MemorySegment[][] pages = SampleRows.pages(layout, 1, 5, arena);
            cpu.storeKeysValues(shape, 0, k, v, 301, new SampleRows(layout, pages, new int[301], range(0, 301)));
            MemorySegment[][] left = {pages[0].clone()};
            Arrays.fill(left[0], 0, firstPage, MemorySegment.NULL);
            var row = new SampleRows(layout, left, new int[1], new int[]{position});
            reference.attention(shape, 0, q, 1, row, expected);
            cpu.attention(shape, 0, q, 1, row, actual);
        }
        assertSameBits(actual.values, expected.values, 198, "window " + window + " at " + position);
    }

    /// The latent attention of DeepSeek-V2 and V3: more query heads and longer ones than a block holds.
    @ParameterizedTest
    @EnumSource
    void manyLongHeadsOfOneKvHead(KvCacheType type) {
        AttentionShape shape = new AttentionShape(128, 1, 576, 512, 0.07f);
        KvLayout layout = SampleRows.layout(shape, type);
        int length = 70;
        int rows = 2;
        Activations k = Samples.activations(length, 576, 1);
        Activations v = Samples.activations(length, 512, 2);
        Activations q = Samples.activations(rows, 128 * 576, 3);
        Activations expected = new Activations(rows, 128 * 512);
        try (Arena arena = Arena.ofShared(); Backend reference = new ReferenceBackend()) {
            MemorySegment[][] pages = SampleRows.pages(layout, 1, 2, arena);
            reference.storeKeysValues(shape, 0, k, v, length,
                    new SampleRows(layout, pages, new int[length], range(0, length)));
            var last = new SampleRows(layout, pages, new int[rows], range(length - rows, rows));
            reference.attention(shape, 0, q, rows, last, expected);
            for (int threads : new int[]{1, 2, 5}) {
                Activations actual = new Activations(rows, 128 * 512);
                try (Backend cpu = new CpuBackendProvider().create(threads)) {
                    cpu.attention(shape, 0, q, rows, last, actual);
                }
                assertSameBits(actual.values, expected.values, rows * 128 * 512, type + ", " + threads + " threads");
            }
        }
    }
}
