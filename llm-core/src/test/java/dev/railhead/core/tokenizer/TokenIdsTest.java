package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.spi.Utf8Strings;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The table of tokens against a search through the list.
class TokenIdsTest {
    private static final int LENGTH = 20;

    private static String text(Random random) {
        return random.ints(random.nextInt(LENGTH), 'a', 'c').collect(StringBuilder::new, StringBuilder::appendCodePoint,
                StringBuilder::append).toString();
    }

    @Test
    void findsTheLowestIdOfEachText() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            String[] texts = new String[random.nextInt(1, 500)];
            Arrays.setAll(texts, i -> text(random));
            TokenIds ids = new TokenIds(Utf8Strings.of(texts));
            for (int i = 0; i < 500; i++) {
                String wanted = i < texts.length ? texts[i] : text(random);
                byte[] within = ("x" + wanted + "y").getBytes(StandardCharsets.UTF_8);
                assertThat(ids.find(within, 1, within.length - 1)).as("seed %d, '%s'", seed, wanted)
                        .isEqualTo(List.of(texts).indexOf(wanted));
            }
        }
    }
}
