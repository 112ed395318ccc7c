package dev.railhead.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WorkerPoolTest {
    private static final long IDLE = TimeUnit.MILLISECONDS.toNanos(200);

    private final WorkerPool pool = new WorkerPool(IDLE);

    private static void eachOnce(WorkerPool pool, int threads, int items) {
        AtomicIntegerArray done = new AtomicIntegerArray(items);
        AtomicIntegerArray busy = new AtomicIntegerArray(threads);
        pool.run(threads, items, (item, worker) -> {
            assertThat(busy.incrementAndGet(worker)).isEqualTo(1);
            done.incrementAndGet(item);
            busy.decrementAndGet(worker);
        });
        for (int i = 0; i < items; i++) {
            assertThat(done.get(i)).isEqualTo(1);
        }
    }

    @Test
    void everyItemRunsOnceAndWorkerNumbersAreExclusive() {
        for (int round = 0; round < 2000; round++) {
            eachOnce(pool, 1 + round % 5, round % 37);
        }
        assertThat(pool.workerCount()).isLessThanOrEqualTo(4);
    }

    @Test
    void workersAreDaemonsWithNames() throws Exception {
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        CountDownLatch both = new CountDownLatch(2);
        pool.run(2, 2, (item, worker) -> {
            seen.add(Thread.currentThread());
            both.countDown();
            await(both);
        });
        assertThat(seen).contains(Thread.currentThread()).hasSize(2);
        seen.remove(Thread.currentThread());
        assertThat(seen).allSatisfy(thread -> {
            assertThat(thread.isDaemon()).isTrue();
            assertThat(thread.getName()).matches("railhead-worker-\\d+");
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void errorsOfWorkersAndOfTheCallerReachTheCallerAndThePoolLives() {
        CountDownLatch both = new CountDownLatch(2);
        assertThatThrownBy(() -> pool.run(2, 2, (item, worker) -> {
            both.countDown();
            await(both);
            if (worker == 1) {
                throw new InternalError("in the worker");
            }
        })).isInstanceOf(InternalError.class).hasMessage("in the worker");
        int workers = pool.workerCount();
        assertThatThrownBy(() -> pool.run(3, 1000, (item, worker) -> {
            throw new IllegalStateException("everywhere");
        })).isInstanceOf(IllegalStateException.class).hasMessage("everywhere");
        assertThat(pool.workerCount()).isGreaterThanOrEqualTo(workers);
        eachOnce(pool, 3, 1000);
    }

    @Test
    void anErrorEndsTheRegion() {
        AtomicInteger ran = new AtomicInteger();
        assertThatThrownBy(() -> pool.run(2, Integer.MAX_VALUE / 2, (item, worker) -> {
            ran.incrementAndGet();
            throw new IllegalStateException("first");
        })).hasMessage("first");
        assertThat(ran.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void callersQueue() throws Exception {
        List<Future<?>> calls = new ArrayList<>();
        try (ExecutorService platform = Executors.newFixedThreadPool(4);
                ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < 4; caller++) {
                calls.add(platform.submit(() -> repeat(pool)));
                calls.add(virtual.submit(() -> repeat(pool)));
            }
            for (Future<?> call : calls) {
                call.get(100, TimeUnit.SECONDS);
            }
        }
    }

    private static void repeat(WorkerPool pool) {
        for (int round = 0; round < 200; round++) {
            eachOnce(pool, 3, 20);
        }
    }

    @Test
    void interruptStaysPending() {
        Thread.currentThread().interrupt();
        try {
            for (int round = 0; round < 50; round++) {
                eachOnce(pool, 3, 50);
            }
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aRegionInsideARegionRunsOnItsOwnThread() {
        pool.run(3, 20, (item, worker) -> {
            Thread outer = Thread.currentThread();
            AtomicInteger inner = new AtomicInteger();
            pool.run(3, 5, (i, w) -> {
                assertThat(Thread.currentThread()).isSameAs(outer);
                inner.incrementAndGet();
            });
            assertThat(inner.get()).isEqualTo(5);
        });
    }

    @Test
    void idleWorkersEndAndComeBack() throws Exception {
        eachOnce(pool, 4, 1000);
        assertThat(pool.workerCount()).isEqualTo(3);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (pool.workerCount() > 0 && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        assertThat(pool.workerCount()).isZero();
        eachOnce(pool, 4, 1000);
        assertThat(pool.workerCount()).isEqualTo(3);
    }
}
