package dev.railhead.core.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.ClosedException;
import dev.railhead.InsufficientMemoryException;
import dev.railhead.KvCacheType;
import dev.railhead.spi.KvLayout;
import org.junit.jupiter.api.Test;

class KvPoolTest {
    private static final KvLayout LAYOUT = new KvLayout(new int[]{2, 0, 1}, new int[]{4, 4, 8}, new int[]{4, 4, 6});

    private static final SequenceLayout PLAIN = new SequenceLayout(LAYOUT, new int[3], 16);

    @Test
    void layersAndHeadsLieSideBySide() {
        long head = (4 + 4) * 64 * 4;
        assertThat(LAYOUT.keyOffset(0, 1)).isEqualTo(head);
        assertThat(LAYOUT.valueOffset(0, 0)).isEqualTo(4 * 64 * 4);
        assertThat(LAYOUT.keyOffset(2, 0)).isEqualTo(2 * head);
        assertThat(LAYOUT.pageBytes()).isEqualTo(2 * head + (8 + 6) * 64 * 4);
    }

    @Test
    void halvesTakeHalf() {
        KvLayout halves = LAYOUT.withType(KvCacheType.F16);
        assertThat(halves.type()).isEqualTo(KvCacheType.F16);
        assertThat(halves.pageBytes()).isEqualTo(LAYOUT.pageBytes() / 2);
        assertThat(halves.keyOffset(2, 0)).isEqualTo(LAYOUT.keyOffset(2, 0) / 2);
        assertThat(halves.valueOffset(2, 0)).isEqualTo(LAYOUT.valueOffset(2, 0) / 2);
    }

    @Test
    void codesHaveScalesBehindThem() {
        KvLayout codes = new KvLayout(new int[]{1, 2}, new int[]{64, 40}, new int[]{32, 33}).withType(KvCacheType.Q8_0);
        assertThat(codes.keyScaleOffset(0, 0)).isEqualTo(64 * 64);
        assertThat(codes.valueOffset(0, 0)).isEqualTo(64 * (64 + 2 * 4));
        assertThat(codes.valueScaleOffset(0, 0)).isEqualTo(64 * (64 + 2 * 4 + 32));
        long first = 64 * (64 + 32 + 3 * 4);
        assertThat(codes.keyOffset(1, 0)).isEqualTo(first);
        long second = 64 * (40 + 33 + 4 * 4); // two blocks each, the last ones short
        assertThat(codes.keyOffset(1, 1)).isEqualTo(first + second);
        assertThat(codes.pageBytes()).isEqualTo(first + 2 * second);
    }

    @Test
    void pagesAreTakenGivenBackAndUsedAgain() {
        try (KvPool pool = new KvPool(PLAIN, 3 * LAYOUT.pageBytes())) {
            KvSequence first = new KvSequence(pool);
            first.reserve(65);
            first.reserve(64);
            assertThat(pool.usedBytes()).isEqualTo(2 * LAYOUT.pageBytes());
            first.truncate(64);
            assertThat(pool.usedBytes()).isEqualTo(LAYOUT.pageBytes());
            KvSequence second = new KvSequence(pool);
            assertThatThrownBy(() -> second.reserve(64 * 3)).isInstanceOf(InsufficientMemoryException.class)
                    .hasMessageContaining("KV cache: expected at most");
            assertThat(pool.usedBytes()).isEqualTo(3 * LAYOUT.pageBytes());
            second.close();
            first.close();
            assertThat(pool.usedBytes()).isZero();
            assertThat(pool.allocatedBytes()).isEqualTo(3 * LAYOUT.pageBytes());
        }
    }

    @Test
    void aClosedPoolGivesNothing() {
        KvPool pool = new KvPool(PLAIN, Long.MAX_VALUE);
        pool.close();
        pool.close();
        assertThatThrownBy(() -> new KvSequence(pool).reserve(1)).isInstanceOf(ClosedException.class);
    }
}
