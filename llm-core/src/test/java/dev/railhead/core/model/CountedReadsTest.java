package dev.railhead.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.spi.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CountedReadsTest {
    private final List<Long> told = new ArrayList<>();
    private final Tensor tensor = new CountedReads(
            new Tensor("w", WeightTypes.F32, new long[]{4, 5}, MemorySegment.ofArray(new byte[80]), "test.gguf"),
            told::add).tensor();

    @Test
    void tellsWhatAllThreadsHaveReadOnTheLoadingThread() throws InterruptedException {
        byte[] out = new byte[80];
        tensor.read(0, out, 0, 16);
        Thread other = new Thread(() -> tensor.read(16, out, 16, 24));
        other.start();
        other.join();
        tensor.read(40, out, 40, 30);
        assertThat(told).containsExactly(16L, 70L);
    }

    @Test
    void neverTellsMoreThanThereIs() {
        byte[] out = new byte[80];
        for (int i = 0; i < 3; i++) {
            tensor.slice("part", 1, 3).read(0, out, 0, 48);
        }
        assertThat(told).containsExactly(48L, 80L, 80L);
    }
}
