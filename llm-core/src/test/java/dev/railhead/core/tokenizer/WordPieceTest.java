package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.Tokenizer;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.Utf8Strings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The rules of WordPiece on vocabularies of a few tokens.
class WordPieceTest {
    private static final String KEY = "tokenizer.ggml.";

    private static Metadata metadata(String... tokens) {
        List<String> all = new ArrayList<>(List.of("[UNK]", "[CLS]", "[SEP]"));
        all.addAll(List.of(tokens));
        Metadata metadata = Vocabularies.metadata("tiny-wpm").with(KEY + "tokens",
                Utf8Strings.of(all.toArray(String[]::new)));
        long[] types = new long[all.size()];
        Arrays.fill(types, 1);
        Arrays.fill(types, 0, 3, 3);
        return metadata.with(KEY + "token_type", types).with(KEY + "unknown_token_id", 0L)
                .with(KEY + "bos_token_id", 1L).with(KEY + "seperator_token_id", 2L).with(KEY + "eos_token_id", 2L)
                .with(KEY + "padding_token_id", 0L).with(KEY + "cls_token_id", 1L).with(KEY + "mask_token_id", 0L);
    }

    /// The tokens' texts, joined by blanks.
    private static String cut(Metadata metadata, String text) {
        Tokenizer tokenizer = Tokenizers.of(metadata);
        List<String> texts = new ArrayList<>();
        for (int id : tokenizer.encode(text, false, false)) {
            texts.add(metadata.strings(KEY + "tokens").get(id));
        }
        return String.join(" ", texts);
    }

    @Test
    void longestFromTheLeftOrNothing() {
        Metadata metadata = metadata("▁un", "▁unaff", "aff", "able", "a", "▁", "b");
        assertThat(cut(metadata, "unaffable")).isEqualTo("▁unaff able");
        assertThat(cut(metadata, "unaffable unaffably unaff")).isEqualTo("▁unaff able [UNK] ▁unaff");
        assertThat(cut(metadata, "unaff able")).as("a word that only ▁ begins").isEqualTo("▁unaff ▁ able");
        assertThat(cut(metadata("▁ab", "▁abcd", "c"), "abc")).as("as far as tokens go").isEqualTo("▁ab c");
        assertThat(Tokenizers.of(metadata).encode("")).containsExactly(1, 2);
    }

    @Test
    void marksSymbolsAndChineseStandAlone() {
        Metadata metadata = metadata("▁a", "▁,", "▁$", "▁，", "▁你", "▁好", "▁€", "€", "a");
        assertThat(cut(metadata, "a,a$a")).isEqualTo("▁a ▁, ▁a ▁$ ▁a");
        assertThat(cut(metadata, "a你好a，")).isEqualTo("▁a ▁你 ▁好 ▁a ▁，");
        assertThat(cut(metadata, "a€a")).as("symbols beyond ASCII are parts of words").isEqualTo("▁a € a");
        assertThat(cut(metadata, "a\u200B\u0000\uFFFD\u0007a")).as("dropped").isEqualTo("▁a a");
        assertThat(cut(metadata, "a\u00A0a\u2028a\u3000\u0085a")).as("spaces").isEqualTo("▁a ▁a ▁a ▁a");
    }

    @Test
    void caseAndAccents() {
        Metadata metadata = metadata("▁e", "▁E", "▁é", "▁É", "▁e\u0301", "\u0301");
        assertThat(cut(metadata, "É E\u0301 é")).as("default").isEqualTo("▁e ▁e ▁e");
        Metadata cased = metadata.with(KEY + "normalizer.lowercase", false);
        assertThat(cut(cased, "É E\u0301 é e")).as("strip_accents is as lowercase").isEqualTo("▁É ▁E \u0301 ▁é ▁e");
        assertThat(cut(cased.with(KEY + "normalizer.strip_accents", true), "É E\u0301 é")).isEqualTo("▁E ▁E ▁e");
        Metadata accents = metadata.with(KEY + "normalizer.strip_accents", false);
        assertThat(cut(accents, "É E\u0301 é")).isEqualTo("▁é ▁e\u0301 ▁é");
    }

    /// llama.cpp decomposes each character to its first part only; the makers of BERT keep the others.
    @Test
    void hangulKeepsItsFirstConsonantsOnly() {
        Metadata metadata = metadata("▁\u1112", "\u1100", "\u1161");
        assertThat(cut(metadata, "한가")).isEqualTo("▁\u1112 \u1100");
    }

    @Test
    void asTheObviousFormDoes() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            String[] tokens = new String[random.nextInt(1, 30)];
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = (random.nextBoolean() ? "▁" : "") + letters(random, 1 + random.nextInt(4));
            }
            Metadata metadata = metadata(Arrays.stream(tokens).distinct().toArray(String[]::new));
            StringBuilder text = new StringBuilder();
            List<String> expected = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                String word = letters(random, 1 + random.nextInt(8));
                text.append(word).append(' ');
                expected.addAll(slowly(Arrays.asList(tokens), "▁" + word));
            }
            assertThat(cut(metadata, text.toString())).as("seed %d", seed).isEqualTo(String.join(" ", expected));
        }
    }

    private static String letters(Random random, int length) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < length; i++) {
            letters.append("abß".charAt(random.nextInt(3)));
        }
        return letters.toString();
    }

    private static List<String> slowly(List<String> tokens, String word) {
        List<String> cut = new ArrayList<>();
        for (int from = 0; from < word.length();) {
            int end = word.length();
            while (end > from && !tokens.contains(word.substring(from, end))) {
                end--;
            }
            if (end == from) {
                return List.of("[UNK]");
            }
            cut.add(word.substring(from, end));
            from = end;
        }
        return cut;
    }
}
