package dev.railhead.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WorkClockTest {
    @Test
    void waitingCountsForSeveralThreadsOnly() throws InterruptedException {
        long one = WorkClock.nanos(1);
        long two = WorkClock.nanos(2);
        Thread.sleep(200);

        assertThat(WorkClock.nanos(2) - two).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(199));
        assertThat(WorkClock.nanos(1) - one).isBetween(1L, TimeUnit.MILLISECONDS.toNanos(100));
    }
}
