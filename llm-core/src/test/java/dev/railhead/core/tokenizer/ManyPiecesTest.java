package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.Tokenizer;
import dev.railhead.spi.Metadata;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A text that tokens of its own cut into hundreds of thousands of pieces. A buffer that grew with each piece took half
/// a minute for this.
class ManyPiecesTest {
    private static final int TIMES = 666_666;
    private static final String TYPES = "tokenizer.ggml.token_type";

    @ParameterizedTest
    @ValueSource(strings = {"tiny-spm", "tiny-bpe", "tiny-wpm", "tiny-ugm"})
    void takesTimeInProportionToTheText(String vocabulary) {
        Metadata plain = Vocabularies.metadata(vocabulary);
        int special = Tokenizers.of(plain).tokenOf("e").orElseThrow();
        long[] types = plain.integers(TYPES);
        types[special] = TokenType.USER_DEFINED.ordinal();
        Tokenizer tokenizer = Tokenizers.of(plain.with(TYPES, types));
        String text = "abe".repeat(TIMES);
        int[] ids = Assertions.assertTimeout(Duration.ofSeconds(10), () -> tokenizer.encode(text, false, false));
        assertThat(ids).hasSizeGreaterThanOrEqualTo(2 * TIMES).contains(special);
    }
}
