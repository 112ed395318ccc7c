package dev.railhead.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MediansTest {
    @Test
    void theMiddleOfAnOddNumberTheMeanOfTheMiddleTwoOfAnEvenOne() {
        assertThat(Medians.of(List.of(3.0, 1.0, 100.0))).isEqualTo(3);
        assertThat(Medians.of(List.of(4.0, 1.0, 2.0, 100.0))).isEqualTo(3);
        assertThat(Medians.of(List.of(7.0))).isEqualTo(7);
        assertThatThrownBy(() -> Medians.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
