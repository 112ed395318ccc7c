package dev.railhead.cpu.simd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WidthTest {
    @ParameterizedTest
    @CsvSource({", 512, 512", ", 256, 256", ", 128, 128", ", 64, 128", ", 2048, 512", "128, 512, 128", "256, 128, 256",
            "512, 256, 512", "1024, 256, 256", "wide, 256, 256", "'', 128, 128"})
    void theAskedWidthOrElseThePreferredOne(String asked, int preferred, int expected) {
        assertThat(Width.bits(asked, preferred)).isEqualTo(expected);
    }

    @Test
    void theProcessUsesTheAskedWidth() {
        String asked = System.getProperty(Width.PROPERTY);
        if (asked != null) {
            assertThat(Width.BITS).isEqualTo(Integer.parseInt(asked));
        }
        assertThat(Width.FLOATS.vectorBitSize()).isEqualTo(Width.BITS);
        assertThat(Width.SHORTS.length()).isEqualTo(2 * Width.LANES);
        assertThat(Width.HALF_BYTES.length()).isEqualTo(Width.SHORTS.length());
    }
}
