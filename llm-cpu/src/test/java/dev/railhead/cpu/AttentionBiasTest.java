package dev.railhead.cpu;

import static dev.railhead.cpu.AttentionTest.compare;
import static dev.railhead.cpu.AttentionTest.range;

import dev.railhead.spi.AttentionMask;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.PositionBias;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Biases for the distance against the scalar backend, bit for bit.
class AttentionBiasTest {
    private static final int HEADS = 6;
    private static final long SEED = 20261125;

    private static PositionBias bias(int reach) {
        Random random = new Random(SEED);
        float[] values = new float[HEADS * (2 * reach + 1)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (3 * random.nextGaussian());
        }
        return new PositionBias(values, reach);
    }

    @ParameterizedTest
    @CsvSource({"1, true, 0, 0", "64, true, 0, 0", "1000, true, 0, 0", "70, false, 0, 0", "70, false, 65, 20"})
    void everyReachAndMask(int reach, boolean causal, int window, float softcap) {
        AttentionShape shape = new AttentionShape(HEADS, 2, 20, 33, 0.25f).withBias(bias(reach))
                .withMask(new AttentionMask(causal, window)).withSoftcap(softcap);
        int[][] positions = {range(0, 130), range(130, 9), {139}};
        int[][] one = Arrays.stream(positions).map(step -> new int[step.length]).toArray(int[][]::new);
        compare(shape, one, positions, 1, 4f);
        int[][] sequences = {new int[100], {1, 1, 1, 1}, {0, 1, 1, 1, 2}, {0, 1, 2}};
        compare(shape, sequences, new int[][]{range(0, 100), range(0, 4), {100, 4, 5, 6, 0}, {101, 7, 1}}, 3, 1f);
    }
}
