package dev.railhead.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ItemRangesTest {
    private final ItemRanges ranges = new ItemRanges();

    private List<Integer> claimAll(int worker) {
        List<Integer> items = new ArrayList<>();
        for (int item = ranges.claim(worker); item >= 0; item = ranges.claim(worker)) {
            items.add(item);
        }
        return items;
    }

    @Test
    void aWorkerGetsNeighboursInOrder() {
        ranges.share(10, 3);
        assertThat(IntStream.range(0, 3).map(i -> ranges.claim(0))).containsExactly(0, 1, 2);
        assertThat(IntStream.range(0, 3).map(i -> ranges.claim(1))).containsExactly(3, 4, 5);
        assertThat(IntStream.range(0, 4).map(i -> ranges.claim(2))).containsExactly(6, 7, 8, 9);
        assertThat(IntStream.range(0, 3).map(ranges::claim)).containsOnly(-1);
    }

    @Test
    void theRestOfTheOthersIsTakenFromTheBack() {
        ranges.share(9, 3);
        assertThat(ranges.claim(1)).isEqualTo(3);
        assertThat(claimAll(0)).containsExactly(0, 1, 2, 5, 4, 8, 7, 6);
        assertThat(claimAll(1)).isEmpty();
    }

    @Test
    void moreWorkersThanItems() {
        ranges.share(2, 5);
        assertThat(claimAll(4)).containsExactlyInAnyOrder(0, 1);
        ranges.share(0, 5);
        assertThat(claimAll(0)).isEmpty();
    }

    @Test
    void clearedItemsAreGone() {
        ranges.share(100, 2);
        assertThat(ranges.claim(0)).isZero();
        ranges.clear();
        assertThat(claimAll(0)).isEmpty();
        assertThat(claimAll(1)).isEmpty();
    }

    @Test
    void eachItemIsClaimedOnce() throws InterruptedException {
        int items = 50_000;
        int workers = 4;
        for (int round = 0; round < 20; round++) {
            AtomicIntegerArray claimed = new AtomicIntegerArray(items);
            ranges.share(items, workers);
            Thread[] threads = new Thread[workers];
            for (int w = 0; w < workers; w++) {
                int worker = w;
                threads[w] = Thread.ofPlatform().start(() -> claimAll(worker).forEach(claimed::incrementAndGet));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            for (int i = 0; i < items; i++) {
                assertThat(claimed.get(i)).isEqualTo(1);
            }
        }
    }
}
