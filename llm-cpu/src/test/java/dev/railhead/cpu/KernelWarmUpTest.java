package dev.railhead.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KernelWarmUpTest {
    private static final long NEVER_FAST = -1;
    private static final long ALWAYS_FAST = Long.MAX_VALUE;

    private final CountDownLatch closed = new CountDownLatch(1);

    @Test
    void runsAKernelUntilItIsFast() throws InterruptedException {
        Kernel kernel = new Kernel("runsAKernelUntilItIsFast", 1);
        var calls = new AtomicInteger();
        KernelWarmUp warmUp = warmUp(new KernelWarmUp.Task(kernel, calls::incrementAndGet, ALWAYS_FAST));
        assertThat(kernel.isCompiled()).isFalse();
        warmUp.begin();
        closed.await();
        assertThat(kernel.isCompiled()).isTrue();
        assertThat(calls).hasPositiveValue();
        awaitEnd(warmUp);
    }

    @Test
    void leavesOutWhatIsCompiled() throws InterruptedException {
        Kernel kernel = new Kernel("leavesOutWhatIsCompiled", 1);
        kernel.setCompiled();
        var calls = new AtomicInteger();
        warmUp(new KernelWarmUp.Task(kernel, calls::incrementAndGet, ALWAYS_FAST)).begin();
        closed.await();
        assertThat(calls).hasValue(0);
    }

    @Test
    void stopsInTheMiddleOfAKernel() throws InterruptedException {
        Kernel kernel = new Kernel("stopsInTheMiddleOfAKernel", 1);
        var running = new CountDownLatch(1);
        KernelWarmUp warmUp = warmUp(new KernelWarmUp.Task(kernel, running::countDown, NEVER_FAST));
        warmUp.begin();
        running.await();
        assertThat(warmUp.hasEnded()).isFalse();
        warmUp.stop();
        awaitEnd(warmUp);
        assertThat(kernel.isCompiled()).isFalse();
        assertThat(closed.getCount()).isZero();
    }

    @Test
    void endsQuietlyWhenAKernelFails() throws InterruptedException {
        Kernel kernel = new Kernel("endsQuietlyWhenAKernelFails", 1);
        KernelWarmUp warmUp = warmUp(new KernelWarmUp.Task(kernel, () -> {
            throw new OutOfMemoryError("for the test");
        }, ALWAYS_FAST));
        warmUp.begin();
        closed.await();
        awaitEnd(warmUp);
        assertThat(kernel.isCompiled()).isFalse();
    }

    @Test
    void beginsOnce() throws InterruptedException {
        var made = new AtomicInteger();
        KernelWarmUp warmUp = new KernelWarmUp(() -> {
            made.incrementAndGet();
            return tasks();
        });
        warmUp.begin();
        warmUp.begin();
        awaitEnd(warmUp);
        assertThat(made).hasValue(1);
    }

    private static void awaitEnd(KernelWarmUp warmUp) throws InterruptedException {
        while (!warmUp.hasEnded()) {
            Thread.sleep(1);
        }
    }

    private KernelWarmUp warmUp(KernelWarmUp.Task... tasks) {
        return new KernelWarmUp(() -> tasks(tasks));
    }

    private KernelWarmUp.Tasks tasks(KernelWarmUp.Task... tasks) {
        return new KernelWarmUp.Tasks() {
            @Override
            public Iterator<KernelWarmUp.Task> iterator() {
                return List.of(tasks).iterator();
            }

            @Override
            public void close() {
                closed.countDown();
            }
        };
    }
}
