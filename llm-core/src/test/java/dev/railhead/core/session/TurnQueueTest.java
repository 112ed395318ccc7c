package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.Cancellation;
import dev.railhead.GenerationOptions;
import dev.railhead.core.kv.StepCancelledException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnQueueTest {
    private final TurnQueue turns = new TurnQueue();

    private static StopCondition stop(GenerationOptions options) {
        return new StopCondition(new UseGuard("the session", () -> {}), new Deadlines(options, System::nanoTime),
                options);
    }

    private static StopCondition never() {
        return stop(GenerationOptions.defaults());
    }

    /// Starts a thread and returns when it sleeps in the queue.
    private static Thread waiting(Runnable work) throws InterruptedException {
        Thread thread = Thread.ofPlatform().daemon().start(work);
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }
        return thread;
    }

    @Test
    void turnsComeInTheOrderOfTheQueueHoweverLongTheyTake() throws InterruptedException {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        turns.take(never());
        for (int i = 0; i < 6; i++) {
            int number = i;
            threads.add(waiting(() -> {
                turns.take(never());
                order.add(number);
                turns.pass();
            }));
        }
        Thread.sleep(200); // ten looks of each
        turns.pass();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void whoGivesUpLeavesThePlaceToTheNext() throws InterruptedException {
        Cancellation cancellation = new Cancellation();
        AtomicInteger had = new AtomicInteger();
        turns.take(never());
        Thread first = waiting(() -> assertThatThrownBy(
                () -> turns.take(stop(GenerationOptions.builder().cancellation(cancellation).build())))
                .isInstanceOf(StepCancelledException.class));
        Thread second = waiting(() -> {
            turns.take(never());
            had.incrementAndGet();
            turns.pass();
        });
        cancellation.cancel();
        first.join();
        assertThat(had).hasValue(0);
        turns.pass();
        second.join();
        assertThat(had).hasValue(1);
        turns.take(never());
        turns.pass();
    }

    @Test
    void noTurnIsLostOrGivenTwiceWhenManyGiveUp() throws InterruptedException {
        long seed = 42;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger had = new AtomicInteger();
        AtomicInteger gaveUp = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            Random random = new Random(seed + t);
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 500; i++) {
                    Duration patience = Duration.ofNanos(1 + random.nextInt(300_000));
                    try {
                        turns.take(stop(GenerationOptions.builder().queueTimeout(patience).build()));
                    } catch (StepCancelledException e) {
                        gaveUp.incrementAndGet();
                        continue;
                    }
                    overlaps.addAndGet(inside.incrementAndGet() - 1);
                    long end = System.nanoTime() + random.nextInt(100_000);
                    while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                    }
                    inside.decrementAndGet();
                    had.incrementAndGet();
                    turns.pass();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(overlaps).as("seed %d", seed).hasValue(0);
        assertThat(had.get() + gaveUp.get()).isEqualTo(8 * 500);
        assertThat(had).hasPositiveValue();
        assertThat(gaveUp).hasPositiveValue();
        turns.take(never());
        turns.pass();
    }
}
