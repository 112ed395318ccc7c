package dev.railhead.benchmarks.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryOptionsTest {
    @Test
    void testsAreTypesTimesLengths() {
        HistoryOptions options = HistoryOptions.parse("--types", "Q4_0,F16", "--prompts", "64,1000", "--decode", "32",
                "--warm-up", "0.5");

        assertThat(options.tests()).hasToString(
                "[Q4_0:pp64, Q4_0:pp1000, Q4_0:tg32, F16:pp64, F16:pp1000, F16:tg32]");
        assertThat(options.warmUpSeconds()).isEqualTo(0.5);
        assertThat(options.threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void defaultsHoldTheLengthsThatAreToBeCompared() {
        assertThat(HistoryOptions.parse().prompts()).containsExactly(64, 512, 1000, 2048, 4096);
        assertThat(HistoryOptions.parse().tests()).hasSize(30);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --sideways 1 | unknown option or no value: --sideways
            --types      | unknown option or no value: --types
            --prompts 0  | --prompts: expected 1 to 999999, found '0'
            --decode x   | --decode: expected 1 to 999999, found 'x'
            --seconds -1 | --seconds: expected seconds, such as 0.5, found '-1'
            """)
    void wrongOptionsAreRefused(String arguments, String message) {
        assertThatThrownBy(() -> HistoryOptions.parse(arguments.split(" ", -1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
