package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.railhead.Tokenizer;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.Utf8Strings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The rules of Unigram on vocabularies of a few tokens.
class UnigramTest {
    private static final String KEY = "tokenizer.ggml.";
    private static final int UNKNOWN = 0;

    /// A vocabulary of `<unk>`, `</s>` and normal tokens with scores; spaces are left as they are.
    private static Metadata metadata(Map<String, Double> tokens) {
        int size = tokens.size() + 2;
        List<String> texts = new ArrayList<>(List.of("<unk>", "</s>"));
        texts.addAll(tokens.keySet());
        long[] types = new long[size];
        Arrays.fill(types, 1);
        types[0] = 2;
        types[1] = 3;
        double[] scores = new double[size];
        for (int id = 2; id < size; id++) {
            scores[id] = tokens.getOrDefault(texts.get(id), 0.0);
        }
        return Vocabularies.metadata("tiny-ugm").with(KEY + "tokens", Utf8Strings.of(texts.toArray(String[]::new)))
                .with(KEY + "token_type", types).with(KEY + "scores", scores).with(KEY + "unknown_token_id", 0L)
                .with(KEY + "eos_token_id", 1L).with(KEY + "padding_token_id", 1L)
                .with(KEY + "add_space_prefix", false).with(KEY + "remove_extra_whitespaces", false);
    }

    private static Metadata withType(Metadata metadata, int id, long type) {
        long[] types = metadata.integers(KEY + "token_type");
        types[id] = type;
        return metadata.with(KEY + "token_type", types);
    }

    private static String cut(Metadata metadata, String text) {
        List<String> texts = new ArrayList<>();
        for (int id : Tokenizers.of(metadata).encode(text, false, false)) {
            texts.add(metadata.strings(KEY + "tokens").get(id));
        }
        return String.join(" ", texts);
    }

    @Test
    void highestSumOfScores() {
        assertThat(cut(metadata(Map.of("a", -1.0, "b", -1.0, "ab", -1.5)), "ab")).isEqualTo("ab");
        assertThat(cut(metadata(Map.of("a", -1.0, "b", -1.0, "ab", -2.5)), "ab")).isEqualTo("a b");
        assertThat(cut(metadata(Map.of("a", -1.0, "b", -1.0, "ab", -2.0)), "ab")).as("a tie: the longer last token")
                .isEqualTo("ab");
        Metadata tie = metadata(Map.of("a", -1.0, "b", -1.0, "c", -1.0, "ab", -1.0, "bc", -1.0));
        assertThat(cut(tie, "abc")).isEqualTo("a bc");
    }

    @Test
    void unknownCharacters() {
        Metadata metadata = metadata(Map.of("a", -5.0, "bc", -1.0));
        assertThat(cut(metadata, "你好a😀")).as("neighbours are one").isEqualTo("<unk> a <unk>");
        assertThat(cut(metadata, "bc b")).as("10 below the worst token").isEqualTo("bc <unk>");
        assertThat(cut(metadata(Map.of("a", 1.0, "b", 1.0, "ab", -9.0)), "ab")).isEqualTo("a b");
        assertThat(cut(metadata(Map.of("bc", -1.0, "xbc", -30.0, "x", -40.0)), "bcbxbc")).isEqualTo("bc <unk> xbc");
    }

    @Test
    void spaces() {
        Metadata plain = metadata(Map.of("▁", -1.0, "a", -1.0));
        assertThat(cut(plain, " a  a ")).isEqualTo("▁ a ▁ ▁ a ▁");
        Metadata prefix = plain.with(KEY + "add_space_prefix", true);
        assertThat(cut(prefix, "a  a")).isEqualTo("▁ a ▁ ▁ a");
        assertThat(cut(prefix, " a")).isEqualTo("▁ ▁ a");
        assertThat(cut(prefix, "  ")).isEqualTo("▁ ▁");
        Metadata shrink = plain.with(KEY + "remove_extra_whitespaces", true);
        assertThat(cut(shrink, "  a   a  ")).isEqualTo("▁ a ▁ a");
        assertThat(cut(shrink, "  ")).isEmpty();
        assertThat(Tokenizers.of(shrink).decode(Tokenizers.of(shrink).encode("a  a"))).isEqualTo("a a");
        assertThat(Tokenizers.of(plain).decode(Tokenizers.of(plain).encode(" a"))).isEqualTo(" a");
    }

    @Test
    void typesThatTakePart() {
        Metadata metadata = metadata(new LinkedHashMap<>(Map.of("abc", -1.0)));
        assertThat(cut(metadata, "abc")).isEqualTo("abc");
        assertThat(cut(withType(metadata, 2, 5), "abc")).as("unused").isEqualTo("abc");
        assertThat(cut(withType(metadata, 2, 3), "abc")).as("control").isEqualTo("<unk>");
        assertThat(cut(withType(metadata, 2, 4), "xabcx")).as("user-defined").isEqualTo("<unk> abc <unk>");
    }

    /// A text makes the token one of control here, yet the file's type still keeps its characters from being replaced.
    @Test
    void replacedCharactersOfAUserDefinedToken() {
        Metadata metadata = metadata(new LinkedHashMap<>(Map.of("<|im_end|>", -1.0)))
                .with(KEY + "precompiled_charsmap", CharsMaps.of(Map.of("<", "x", "|", "y")));
        Metadata userDefined = withType(metadata, 2, 4);
        assertThat(Tokenizers.of(userDefined).isControl(2)).isTrue();
        assertThat(cut(userDefined, "<<|im_end|>")).isEqualTo("<unk> <|im_end|>");
        assertThat(cut(metadata, "<<|im_end|>")).isEqualTo("<unk>");
    }

    @Test
    void noOtherCutHasAHigherSum() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Map<String, Double> tokens = new LinkedHashMap<>();
            for (String single : List.of("a", "b", "你")) {
                tokens.put(single, -random.nextInt(1, 20) / 4.0); // few values, so that equal sums are common
            }
            for (int i = random.nextInt(12); i > 0; i--) {
                tokens.put(letters(random, random.nextInt(2, 5)), -random.nextInt(1, 40) / 4.0);
            }
            String text = letters(random, random.nextInt(1, 12));
            Tokenizer tokenizer = Tokenizers.of(metadata(tokens));
            int[] ids = tokenizer.encode(text, false, false);
            double[] scores = metadata(tokens).numbers(KEY + "scores");
            assertThat(ids).as("seed %d", seed).doesNotContain(UNKNOWN);
            assertThat(tokenizer.decode(ids)).as("seed %d", seed).isEqualTo(text);
            assertThat(Arrays.stream(ids).mapToDouble(id -> scores[id]).sum()).as("seed %d", seed)
                    .isCloseTo(highestSum(tokens, text), within(1e-9));
        }
    }

    private static String letters(Random random, int length) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < length; i++) {
            letters.append("ab你".charAt(random.nextInt(3)));
        }
        return letters.toString();
    }

    private static double highestSum(Map<String, Double> tokens, String text) {
        if (text.isEmpty()) {
            return 0;
        }
        return tokens.entrySet().stream().filter(token -> text.startsWith(token.getKey()))
                .mapToDouble(token -> token.getValue() + highestSum(tokens, text.substring(token.getKey().length())))
                .max().orElse(Double.NEGATIVE_INFINITY);
    }
}
