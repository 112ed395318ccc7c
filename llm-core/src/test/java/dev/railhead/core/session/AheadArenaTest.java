package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AheadArenaTest {
    private static final long SLAB = 64L << 20;

    @Test
    void neighboursShareASlab() {
        assertThat(AheadArena.slabSizes(List.of())).isEmpty();
        assertThat(AheadArena.slabSizes(List.of(0L, 0L))).isEmpty();
        assertThat(AheadArena.slabSizes(List.of(1L, 64L, 65L))).containsExactly(64L + 64 + 128);
        assertThat(AheadArena.slabSizes(List.of(SLAB / 2, SLAB / 2, SLAB / 4))).containsExactly(SLAB, SLAB / 4);
        assertThat(AheadArena.slabSizes(List.of(64L, 3 * SLAB, SLAB, 128L))).containsExactly(64L, 3 * SLAB, SLAB, 128L);
    }

    /// Pieces don't overlap, are zeros and begin where a vector does, in whatever order they are taken.
    @Test
    void piecesAreApart() {
        for (long seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            List<Long> sizes = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                sizes.add(1L + random.nextInt(1 << 22));
            }
            sizes.add(SLAB + 1);
            try (var arena = new AheadArena()) {
                arena.expect(sizes);
                Collections.shuffle(sizes, random);
                sizes.add(99L);
                assertApart(arena, sizes, "seed " + seed);
            }
        }
    }

    private static void assertApart(AheadArena arena, List<Long> sizes, String what) {
        List<MemorySegment> pieces = new ArrayList<>();
        for (long size : sizes) {
            MemorySegment piece = arena.allocate(size, 64);
            assertThat(piece.byteSize()).as(what).isEqualTo(size);
            assertThat(piece.address() % 64).as(what).isZero();
            assertThat(piece.get(ValueLayout.JAVA_BYTE, 0)).as(what).isZero();
            assertThat(piece.get(ValueLayout.JAVA_BYTE, size - 1)).as(what).isZero();
            piece.fill((byte) pieces.size());
            pieces.add(piece);
        }
        for (int i = 0; i < pieces.size(); i++) {
            assertThat(pieces.get(i).get(ValueLayout.JAVA_BYTE, 0)).as(what).isEqualTo((byte) i);
            assertThat(pieces.get(i).get(ValueLayout.JAVA_BYTE, sizes.get(i) - 1)).as(what).isEqualTo((byte) i);
        }
    }

    @Test
    void whatWasNotExpectedIsThereToo() {
        try (var arena = new AheadArena()) {
            assertApart(arena, List.of(1L, 1000L), "nothing expected");
            arena.expect(List.of(SLAB));
            assertApart(arena, List.of(2 * SLAB, 1L, SLAB, 64L), "something else expected");
            arena.finish();
            assertApart(arena, List.of(SLAB), "finished");
        }
    }

    @Test
    void finishingWaitsForTheThreadAndKeepsAnInterrupt() {
        try (var arena = new AheadArena()) {
            arena.expect(List.of(SLAB, SLAB, SLAB));
            Thread.currentThread().interrupt();
            MemorySegment piece = arena.allocate(SLAB, 64);
            arena.finish();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(threads()).doesNotContain("railhead-allocation");
            assertThat(piece.get(ValueLayout.JAVA_BYTE, SLAB - 1)).isZero();
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void closingFreesEverything() {
        var arena = new AheadArena();
        arena.expect(List.of(SLAB, 5 * SLAB));
        MemorySegment piece = arena.allocate(SLAB, 64);
        arena.close();
        assertThat(piece.scope().isAlive()).isFalse();
        assertThat(threads()).doesNotContain("railhead-allocation");
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
    }
}
