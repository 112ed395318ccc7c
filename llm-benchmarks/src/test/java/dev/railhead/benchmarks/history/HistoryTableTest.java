package dev.railhead.benchmarks.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTableTest {
    private static final HistoryResult STEADY = new HistoryResult(SpeedTest.parse("Q4_0:pp64"), 200,
            List.of(182.0, 210.0));
    private static final HistoryResult SLOW = new HistoryResult(SpeedTest.parse("F16:tg64"), 10, List.of(10.0, 8.9));

    @Test
    void ratiosStandBesideTheSpeedAlone() {
        assertThat(HistoryTable.of(List.of("one", "other"), List.of(STEADY))).isEqualTo("""
                | weights | test | alone, tokens/s | one | other |
                | --- | --- | ---: | ---: | ---: |
                | Q4_0 | pp64 | 200.0 | 0.91 | 1.05 |

                No test falls below 0.9 of its speed alone.""");
    }

    @Test
    void slowTestsAreNamed() {
        assertThat(HistoryTable.of(List.of("one", "other"), List.of(STEADY, SLOW)))
                .endsWith("\n1 of 2 tests fall below 0.9 of their speed alone: F16:tg64.");
    }
}
