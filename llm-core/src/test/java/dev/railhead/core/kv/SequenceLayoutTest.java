package dev.railhead.core.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.KvCacheType;
import dev.railhead.spi.KvLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequenceLayoutTest {
    private static final int[] ONE = {1, 1, 1, 1, 1};

    /// Windows of 100 in layers 0 and 3, all positions in layers 1 and 4, no heads in layer 2.
    private static final KvLayout MIXED = new KvLayout(new int[]{1, 2, 0, 3, 1}, new int[]{4, 4, 4, 8, 4}, ONE)
            .withWindows(new int[]{100, 0, 7, 100, 0});

    @Test
    void layersWithTheSameWindowAreAGroup() {
        assertThat(MIXED.groups()).isEqualTo(2);
        assertThat(new int[]{MIXED.group(0), MIXED.group(1), MIXED.group(2), MIXED.group(3), MIXED.group(4)})
                .containsExactly(0, 1, -1, 0, 1);
        assertThat(MIXED.window(0)).isEqualTo(100);
        assertThat(MIXED.window(1)).isZero();
        assertThat(MIXED.keyOffset(3, 0)).isEqualTo((4 + 1) * 64 * 4);
        assertThat(MIXED.keyOffset(1, 0)).isZero();
        assertThat(MIXED.keyOffset(4, 0)).isEqualTo(2 * (4 + 1) * 64 * 4);
        assertThat(MIXED.pageBytes(0)).isEqualTo((5 + 3 * 9) * 64 * 4);
        assertThat(MIXED.pageBytes(1)).isEqualTo((2 * 5 + 5) * 64 * 4);
        assertThat(MIXED.pageBytes()).isEqualTo(MIXED.pageBytes(0) + MIXED.pageBytes(1));
    }

    @Test
    void windowsOutliveAChangeOfTheType() {
        KvLayout halves = MIXED.withType(KvCacheType.F16);
        assertThat(halves.groups()).isEqualTo(2);
        assertThat(halves.pageBytes(0)).isEqualTo(MIXED.pageBytes(0) / 2);
        assertThat(halves.window(0)).isEqualTo(100);
        assertThat(halves.withWindows(new int[5]).groups()).isOne();
    }

    @Test
    void aModelWithoutAttentionHasNoPages() {
        KvLayout none = new KvLayout(new int[2], new int[2], new int[2]);
        assertThat(none.groups()).isZero();
        assertThat(none.pageBytes()).isZero();
        assertThat(new SequenceLayout(none, new int[]{3, 5}, 16).bytes(1000)).isEqualTo(2 * 8 * 4);
    }

    @Test
    void windowsOfAnotherShapeAreRefused() {
        assertThatThrownBy(() -> MIXED.withWindows(new int[4])).isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("windows: expected one for each of 5 layers, found 4");
        assertThatThrownBy(() -> MIXED.withWindows(new int[]{0, 0, -1, 0, 0}))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("window: expected 0 or more, found -1");
    }

    /// The window and the step are 115 positions, which reach into three pages.
    @ParameterizedTest
    @CsvSource({"0, 0, 0", "1, 1, 1", "64, 1, 1", "65, 2, 2", "128, 2, 2", "129, 3, 3", "1000, 3, 16"})
    void aWindowedGroupNeedsTheWindowAndAStep(int length, int windowed, int full) {
        var layout = new SequenceLayout(MIXED, new int[]{0, 0, 10, 0, 0}, 16);
        long states = length == 0 ? 0 : 2 * 10 * 4;
        assertThat(layout.bytes(length))
                .isEqualTo(windowed * MIXED.pageBytes(0) + full * MIXED.pageBytes(1) + states);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 1, 2", "64, 1, 2", "1, 65, 2", "2, 64, 2", "66, 64, 3", "67, 64, 4"})
    void aWindowedGroupNeedsOnePageMoreWhereItsPositionsMayBeginAnywhere(int window, int stepRows, int pages) {
        KvLayout kv = new KvLayout(new int[]{1}, new int[]{1}, new int[]{1}).withWindows(new int[]{window});
        assertThat(new SequenceLayout(kv, new int[1], stepRows).bytes(100_000)).isEqualTo(pages * kv.pageBytes(0));
    }

    @Test
    void theLongestSequenceThatFitsIsWholePages() {
        var layout = new SequenceLayout(MIXED, new int[]{0, 0, 10, 0, 0}, 16);
        for (int length : new int[]{64, 128, 192, 640, 64_000}) {
            long bytes = layout.bytes(length);
            assertThat(layout.longest(bytes, 1_000_000)).isEqualTo(length);
            assertThat(layout.longest(bytes - 1, 1_000_000)).isEqualTo(length - 64);
            assertThat(layout.longest(bytes, length - 1)).isEqualTo(length - 1);
        }
        assertThat(layout.longest(-1, 1000)).isZero();
        assertThat(layout.longest(Long.MAX_VALUE, Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }
}
