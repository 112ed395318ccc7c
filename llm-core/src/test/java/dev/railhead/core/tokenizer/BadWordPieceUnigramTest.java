package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.ModelFormatException;
import dev.railhead.Tokenizer;
import dev.railhead.gguf.testing.Promptly;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.Utf8Strings;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Damaged and odd vocabularies of WordPiece and Unigram.
class BadWordPieceUnigramTest {
    private static final String KEY = "tokenizer.ggml.";

    private final Metadata wordPiece = Vocabularies.metadata("tiny-wpm");
    private final Metadata unigram = Vocabularies.metadata("tiny-ugm");

    private static Metadata without(Metadata metadata, String... keys) {
        Set<String> all = new HashSet<>();
        for (String key : keys) {
            all.add(KEY + key);
        }
        return metadata.without(all);
    }

    private static Metadata withTokens(Metadata metadata, String... tokens) {
        return without(metadata, "token_type", "scores").with(KEY + "tokens", Utf8Strings.of(tokens));
    }

    private static Metadata withToken(Metadata metadata, int id, String text, long type) {
        String[] tokens = metadata.strings(KEY + "tokens").toArray(String[]::new);
        tokens[id] = text;
        long[] types = metadata.integers(KEY + "token_type");
        types[id] = type;
        return metadata.with(KEY + "tokens", Utf8Strings.of(tokens)).with(KEY + "token_type", types);
    }

    private static void refused(Metadata metadata, String... messageParts) {
        Promptly.underOneSecond(() -> assertThatThrownBy(() -> Tokenizers.of(metadata))
                .isExactlyInstanceOf(ModelFormatException.class).hasMessageContaining(metadata.file())
                .hasMessageContainingAll(messageParts));
    }

    @ParameterizedTest
    @CsvSource({"bos, tiny-wpm", "seperator, tiny-wpm", "unknown, tiny-wpm", "eos, tiny-wpm", "cls, tiny-wpm-no-bos",
            "eos, tiny-ugm", "unknown, tiny-ugm"})
    void specialIdBeyondTheVocabulary(String role, String vocabulary) {
        Metadata metadata = vocabulary.equals("tiny-wpm-no-bos")
                ? without(wordPiece, "bos_token_id")
                : Vocabularies.metadata(vocabulary);
        int size = metadata.strings(KEY + "tokens").size();
        for (long id : new long[]{-1, size, 1L << 32, Long.MIN_VALUE}) {
            refused(metadata.with(KEY + role + "_token_id", id), role + "_token_id", "0 to " + (size - 1),
                    Long.toString(id));
        }
    }

    @Test
    void defaultIdsBeyondTheVocabulary() {
        Metadata small = withTokens(wordPiece, "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "▁a", "b");
        assertThat(Tokenizers.of(small).encode("ab c")).containsExactly(2, 5, 6, 1, 3);
        refused(without(small, "bos_token_id", "cls_token_id"), "bos_token_id", "no such key", "beyond the 7 tokens");
        refused(without(small, "seperator_token_id"), "seperator_token_id", "beyond the 7 tokens");
        refused(without(small, "unknown_token_id"), "unknown_token_id", "beyond the 7 tokens");
        assertThat(Tokenizers.of(without(small, "bos_token_id")).encode("ab")).containsExactly(2, 5, 6, 3);

        Metadata two = withTokens(unigram, "▁a", "</s>");
        refused(without(two, "unknown_token_id"), "unknown_token_id", "beyond the 2 tokens");
        Metadata one = withTokens(unigram, "▁a").with(KEY + "unknown_token_id", 0L);
        refused(without(one, "eos_token_id", "add_eos_token", "padding_token_id"), "add_eos_token", "true without one");
    }

    @Test
    void defaultIds() {
        String[] tokens = new String[110];
        Arrays.setAll(tokens, id -> "[" + id + "]");
        tokens[5] = "▁a";
        Tokenizer bert = Tokenizers.of(without(withTokens(wordPiece, tokens), "bos_token_id", "cls_token_id",
                "seperator_token_id", "unknown_token_id", "eos_token_id", "mask_token_id", "padding_token_id"));
        assertThat(bert.encode("a b")).containsExactly(101, 5, 100, 102);
        assertThat(bert.eos()).isEmpty();

        Tokenizer t5 = Tokenizers.of(without(withTokens(unigram, "<pad>", "</s>", "<unk>", "▁", "a"), "eos_token_id",
                "unknown_token_id", "padding_token_id", "add_eos_token", "add_bos_token", "add_space_prefix",
                "remove_extra_whitespaces"));
        assertThat(t5.encode("a  b")).as("spaces as they are, none before the text").containsExactly(4, 3, 3, 2, 1);
    }

    @Test
    void wordPieceIgnoresTheKeysOfAddedTokens() {
        Metadata none = without(wordPiece, "eos_token_id").with(KEY + "add_bos_token", false)
                .with(KEY + "add_eos_token", true);
        assertThat(Tokenizers.of(none).encode("the")).isEqualTo(Tokenizers.of(wordPiece).encode("the"));
    }

    @Test
    void scores() {
        double[] scores = unigram.numbers(KEY + "scores");
        refused(unigram.with(KEY + "scores", Arrays.copyOf(scores, 3)), "340 scores", "3 scores");
        for (double bad : new double[]{Double.NaN, Double.POSITIVE_INFINITY, -1e300}) {
            double[] damaged = scores.clone();
            damaged[7] = bad;
            refused(unigram.with(KEY + "scores", damaged), "scores", "for token 7");
        }
        assertThat(Tokenizers.of(without(unigram, "scores")).encode("the")).as("all 0").isNotEmpty();
    }

    @Test
    void emptyTokenIsNeverProduced() {
        for (Metadata metadata : new Metadata[]{wordPiece, unigram}) {
            for (long type = 1; type <= 5; type++) {
                Tokenizer tokenizer = Tokenizers.of(withToken(metadata, 300, "", type));
                assertThat(tokenizer.encode("some text", true, true)).doesNotContain(300);
                assertThat(tokenizer.piece(300)).isEmpty();
            }
        }
    }

    @Test
    void ofEqualTokensTheLowestIsProduced() {
        for (Metadata metadata : new Metadata[]{wordPiece, unigram}) {
            Metadata equal = withToken(withToken(metadata, 300, "▁qqq", 1), 301, "▁qqq", 1);
            assertThat(Tokenizers.of(equal).encode("qqq")).contains(300).doesNotContain(301);
        }
    }

    @Test
    void tooLongTokens() {
        String token = "▁" + "ab".repeat(600);
        refused(withToken(wordPiece, 300, token, 1), "tokens of at most 1024 bytes", "1203 bytes in token 300");
        refused(withToken(unigram, 300, token, 1), "tokens of at most 1024 bytes", "1203 bytes in token 300");
    }

    /// The worst that a file and a text can do together: at each character all but the last of a long token fits.
    @Test
    void longestTokensNeverQuiteFit() {
        String almost = "a".repeat(ByteTrie.MAX_TOKEN_BYTES - 1);
        String text = (almost + "c").repeat(1000);
        for (Metadata metadata : new Metadata[]{wordPiece, unigram}) {
            Metadata longest = withToken(withToken(metadata, 300, almost + "b", 1), 301, "c", 1);
            Tokenizer tokenizer = Tokenizers.of(longest);
            Assertions.assertTimeout(Duration.ofSeconds(20), () -> tokenizer.encode(text));
        }
    }

    @Test
    void vocabularyOfUserDefinedTokensOnly() {
        long[] types = new long[unigram.strings(KEY + "tokens").size()];
        Arrays.fill(types, 4);
        Tokenizer tokenizer = Tokenizers.of(unigram.with(KEY + "token_type", types));
        assertThat(tokenizer.encode("the 你 water")).contains(2);
    }
}
