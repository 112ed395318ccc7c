package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpaceCleanerTest {
    private static String clean(String text) {
        byte[] bytes = Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), text.length() + 3);
        return new String(bytes, 0, SpaceCleaner.clean(bytes, text.length()), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {"\" hi , you . ok ? no !\" | \" hi, you. ok? no!\"",
            "\"it ' s\" | \"it's\"", "\"it 's we 're i 've i 'm\" | \"it's we're i've i'm\"",
            "\"don 't he 'd we 'll\" | \"don 't he 'd we 'll\"", "\"a '\" | \"a '\"", "\"a 'r\" | \"a 'r\"",
            "\"' ' '\" | \"'''\"", "\" .\" | \".\"", "\"\" | \"\"", "\"a  . b\" | \"a . b\""})
    void cleans(String text, String expected) {
        assertThat(clean(text)).isEqualTo(expected);
    }

    @Test
    void asPatternsDo() {
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append(" '.?a smrve".charAt(random.nextInt(11)));
            }
            String expected = text.toString().replaceAll(" ([?!.,])", "$1").replaceAll(" ' ", "'")
                    .replaceAll(" ('([sm]|[rv]e))", "$1");
            assertThat(clean(text.toString())).as("seed %d: '%s'", seed, text).isEqualTo(expected);
        }
    }
}
