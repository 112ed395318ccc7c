package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
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

/// The contract of [Tokenizer] on the algorithms that do not give back a text as it was.
@ParameterizedClass
@ValueSource(strings = {"tiny-wpm", "tiny-ugm", "bert-bge", "nomic-bert-moe"})
class NormalizingTokenizerTest {
    private final Tokenizer tokenizer;

    NormalizingTokenizerTest(String vocabulary) {
        tokenizer = Vocabularies.tokenizer(vocabulary);
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(80); i > 0; i--) {
            text.append(Character.toChars(switch (random.nextInt(8)) {
                case 0 -> random.nextInt(0x80);
                case 1 -> random.nextInt(0x300, 0x370); // marks
                case 2 -> random.nextInt(0xD800, 0xE000); // lone surrogates
                case 3 -> random.nextInt(0x10000);
                case 4 -> random.nextInt(Character.MAX_CODE_POINT + 1);
                case 5 -> ' ';
                default -> random.nextInt('a', 'z' + 1);
            }));
        }
        return text.toString();
    }

    @Test
    void anyTextBecomesTokensOfTheVocabulary() {
        for (int seed = 0; seed < 5000; seed++) {
            String text = randomText(new Random(seed));
            for (boolean flag : new boolean[]{false, true}) {
                int[] ids = tokenizer.encode(text, flag, flag);
                assertThat(IntStream.of(ids)).as("seed %d", seed)
                        .allMatch(id -> id >= 0 && id < tokenizer.vocabularySize());
                assertThat(tokenizer.decode(ids, flag)).as("seed %d", seed).hasSizeLessThan(20 * text.length() + 20);
            }
        }
    }

    /// What a decoded text encodes to is what it came from, as far as the vocabulary knows its characters.
    @Test
    void knownWordsSurvive() {
        String text = "the water of another morning, singing children.";
        assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }

    @Test
    void loneSurrogatesCountAsReplacementCharacters() {
        assertThat(tokenizer.encode("a\uD83Db")).isEqualTo(tokenizer.encode("a\uFFFDb"));
        assertThat(tokenizer.encode("\uDE00\uD83D\uDE00\uD83D")).isEqualTo(tokenizer.encode("\uFFFD😀\uFFFD"));
    }

    @Test
    void specialTokensOfUserTextAreNeverParsed() {
        int closing = tokenizer.encode("")[tokenizer.encode("").length - 1];
        String text = new String(tokenizer.piece(closing), StandardCharsets.UTF_8);
        assertThat(tokenizer.isControl(closing)).isTrue();
        assertThat(tokenizer.encode("a" + text + "b", false, false)).doesNotContain(closing);
        assertThat(tokenizer.encode("a" + text + "b", false, true)).contains(closing);
    }

    @Test
    void idsBeyondTheVocabularyAreRefused() {
        for (int id : new int[]{-1, tokenizer.vocabularySize(), Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> tokenizer.decode(id)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("found " + id);
            assertThatThrownBy(() -> tokenizer.newDecoder().add(id)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aMillionCharactersOfOneKind() {
        for (String part : new String[]{"a", "the", " ", "\n", "我", "\u0301", "e\u0301", "1", "!", "한", "😀", "\uFFFF",
                "ﷺ", "\u200B", "\uD800", "[", "<", "a\0"}) {
            String text = part.repeat(1_000_000 / part.length());
            Assertions.assertTimeout(Duration.ofSeconds(10), () -> tokenizer.encode(text), part);
        }
    }

    @Test
    void threadsShareATokenizer() throws Exception {
        String[] texts = new String[40];
        Arrays.setAll(texts, seed -> randomText(new Random(seed)).repeat(20));
        int[][] expected = Arrays.stream(texts).map(tokenizer::encode).toArray(int[][]::new);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Callable<int[][]> task = () -> Arrays.stream(texts).map(tokenizer::encode).toArray(int[][]::new);
            for (var result : threads.invokeAll(Collections.nCopies(20, task))) {
                assertThat(result.get()).isDeepEqualTo(expected);
            }
        }
    }
}
