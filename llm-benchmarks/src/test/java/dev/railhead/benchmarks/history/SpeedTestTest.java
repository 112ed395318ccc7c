package dev.railhead.benchmarks.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpeedTestTest {
    @ParameterizedTest
    @ValueSource(strings = {"Q4_K_M:pp4096", "F16:tg1"})
    void isReadAsWritten(String text) {
        assertThat(SpeedTest.parse(text)).hasToString(text);
        assertThat(SpeedTest.parse("Q4_K_M:pp4096")).isEqualTo(new SpeedTest("Q4_K_M", true, 4096));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pp64", "Q4_0:pp", "Q4_0:pp0", "Q4_0:xx64", "Q4_0:tg64:tg64", "Q4_0:tg1234567"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> SpeedTest.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("test: expected TYPE:ppN or TYPE:tgN, found '" + text + "'");
    }
}
