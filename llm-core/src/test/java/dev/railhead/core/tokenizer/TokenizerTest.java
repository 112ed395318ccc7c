package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.TokenDecoder;
import dev.railhead.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// The contract of [Tokenizer] on the algorithms that give back a text as it was.
@ParameterizedClass
@ValueSource(strings = {"tiny-spm", "tiny-bpe"})
class TokenizerTest {
    private final Tokenizer tokenizer;

    TokenizerTest(String vocabulary) {
        tokenizer = Vocabularies.tokenizer(vocabulary);
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(60);
        for (int i = 0; i < length; i++) {
            int codePoint = switch (random.nextInt(6)) {
                case 0 -> random.nextInt(0x20, 0x7F);
                case 1 -> " \n\t\r'".charAt(random.nextInt(5));
                case 2 -> random.nextInt(0xA0, 0xD800);
                case 3 -> random.nextInt(0x10000, 0x110000);
                default -> random.nextInt('a', 'z' + 1);
            };
            text.appendCodePoint(codePoint == '▁' ? ' ' : codePoint);
        }
        return text.toString();
    }

    @Test
    void roundTripsAnyText() {
        for (int seed = 0; seed < 2000; seed++) {
            String text = randomText(new Random(seed));
            assertThat(tokenizer.decode(tokenizer.encode(text))).as("seed %d", seed).isEqualTo(text);
        }
    }

    @Test
    void incrementalDecodingEqualsWholeDecoding() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            int[] ids = IntStream.range(0, 40).map(i -> random.nextInt(tokenizer.vocabularySize())).toArray();
            ids[0] = tokenizer.encode("x")[tokenizer.encode("x").length - 1]; // no leading space to drop
            StringBuilder text = new StringBuilder();
            TokenDecoder decoder = tokenizer.newDecoder(true);
            for (int id : ids) {
                text.append(decoder.add(id));
            }
            text.append(decoder.finish());
            assertThat(text.toString()).as("seed %d", seed).isEqualTo(tokenizer.decode(ids, true));
        }
    }

    @Test
    void incrementalDecoderHoldsBackUnfinishedCharacters() {
        int[] ids = tokenizer.encode("😀", false, false);
        TokenDecoder decoder = tokenizer.newDecoder();
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            String more = decoder.add(id);
            assertThat(more).doesNotContain("\uFFFD").satisfiesAnyOf(m -> assertThat(m).isBlank(),
                    m -> assertThat(m).endsWith("😀"));
            text.append(more);
        }
        assertThat(text.toString()).endsWith("😀");
        assertThat(decoder.finish()).isEmpty();

        decoder.add(ids[ids.length - 4]);
        decoder.add(ids[ids.length - 3]);
        assertThat(decoder.finish()).isEqualTo("\uFFFD");
        assertThat(decoder.finish()).isEmpty();
    }

    @Test
    void incrementalDecoderKeepsTheFirstSpace() {
        int[] ids = tokenizer.encode(" the", false, false);
        TokenDecoder decoder = tokenizer.newDecoder();
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.add(id));
        }
        assertThat(text.toString()).startsWith(" ").endsWith("the");
    }

    @Test
    void loneSurrogatesCountAsReplacementCharacters() {
        assertThat(tokenizer.encode("a\uD83Db")).isEqualTo(tokenizer.encode("a\uFFFDb"));
        assertThat(tokenizer.encode("\uDE00\uD83D\uDE00\uD83D")).isEqualTo(tokenizer.encode("\uFFFD😀\uFFFD"));
        assertThat(tokenizer.decode(tokenizer.encode("\uFFFF"))).isEqualTo("\uFFFF");
    }

    @Test
    void specialTokensOfUserTextAreNeverParsed() {
        int eos = tokenizer.eos().orElseThrow();
        String text = new String(tokenizer.piece(eos), StandardCharsets.UTF_8);
        assertThat(tokenizer.isControl(eos)).isTrue();
        assertThat(tokenizer.isEndOfGeneration(eos)).isTrue();
        assertThat(tokenizer.tokenOf(text)).hasValue(eos);
        assertThat(tokenizer.encode("a" + text + "b")).doesNotContain(eos);
        assertThat(tokenizer.decode(tokenizer.encode("a" + text + "b"))).isEqualTo("a" + text + "b");
        assertThat(tokenizer.encode("a" + text + "b", false, true)).contains(eos);
        assertThat(tokenizer.decode(new int[]{eos}, true)).isEqualTo(text);
        assertThat(tokenizer.decode(eos)).isEmpty();
    }

    @Test
    void idsBeyondTheVocabularyAreRefused() {
        for (int id : new int[]{-1, tokenizer.vocabularySize(), Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> tokenizer.decode(id)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("found " + id);
            assertThatThrownBy(() -> tokenizer.piece(id)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tokenizer.newDecoder().add(id)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tokenizer.isControl(id)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tokenizer.isEndOfGeneration(id)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(tokenizer.tokenOf("no such token")).isEmpty();
        assertThat(tokenizer.tokenOf("\uD800")).as("not the question mark that a lone surrogate is in UTF-8").isEmpty();
    }

    /// A quadratic merge loop would take hours; the guard is generous.
    @Test
    void aMillionCharactersWithoutAWordBoundary() {
        for (String part : new String[]{"a", "the", " ", "\n", "我", "\u0301", "1", "!", "<", "<|", "😀", "\uFFFF"}) {
            String text = part.repeat(1_000_000 / part.length());
            Assertions.assertTimeout(Duration.ofSeconds(20),
                    () -> assertThat(tokenizer.decode(tokenizer.encode(text)).equals(text)).as(part).isTrue());
        }
    }

    @Test
    void threadsShareATokenizer() throws Exception {
        String text = "the quick brown fox 12345 和 words ".repeat(50);
        int[] expected = tokenizer.encode(text);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Callable<int[]> task = () -> tokenizer.encode(text);
            for (var result : threads.invokeAll(Collections.nCopies(100, task))) {
                assertThat(result.get()).isEqualTo(expected);
            }
        }
    }
}
