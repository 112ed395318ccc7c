package dev.railhead.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.spi.PositionBias;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The buckets of T5, with 32 of them as in all its models.
class RelativeBucketsTest {
    /// The makers' formula: exact up to half of the buckets, then 8 + ⌊8 · ln(d / 8) / ln 16⌋ one way.
    @ParameterizedTest
    @CsvSource({"0, 0", "-1, 1", "-7, 7", "-8, 8", "-11, 8", "-12, 9", "-15, 9", "-16, 10", "-22, 10", "-23, 11",
            "-31, 11", "-32, 12", "-63, 13", "-64, 14", "-90, 14", "-91, 15", "-128, 15", "-5000, 15", "1, 17",
            "8, 24", "16, 26", "127, 31", "5000, 31"})
    void anEncoderHasHalfOfThemForEachDirection(int distance, int bucket) {
        assertThat(new RelativeBuckets(32, true).bucket(distance)).isEqualTo(bucket);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-15, 15", "-16, 16", "-18, 16", "-19, 17", "-32, 21", "-64, 26", "-112, 30", "-113, 31",
            "-128, 31", "-1000, 31", "1, 0", "40, 0"})
    void aDecoderHasAllForWhatLiesBehindIt(int distance, int bucket) {
        assertThat(new RelativeBuckets(32, false).bucket(distance)).isEqualTo(bucket);
    }

    @Test
    void aBiasIsThatOfTheBucketAndTheHead() {
        int heads = 3;
        float[] biases = new float[32 * heads];
        for (int i = 0; i < biases.length; i++) {
            biases[i] = i;
        }
        var buckets = new RelativeBuckets(32, true);
        PositionBias bias = buckets.bias(biases, heads);
        for (int distance = -300; distance <= 300; distance++) {
            for (int head = 0; head < heads; head++) {
                assertThat(bias.of(head, distance)).isEqualTo(buckets.bucket(distance) * heads + head);
            }
        }
    }
}
