package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.Tokenizer;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.Utf8Strings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// BPE's rules on vocabularies of a few tokens.
class BpeRulesTest {
    private static final String KEY = "tokenizer.ggml.";
    private static final long NORMAL = 1;
    private static final long CONTROL = 3;
    private static final long USER_DEFINED = 4;

    private final Map<String, Object> values = new LinkedHashMap<>(
            Map.of(KEY + "model", "gpt2", KEY + "pre", "gpt-2", KEY + "merges", Utf8Strings.of()));

    private Metadata metadata(String... tokens) {
        values.put(KEY + "tokens", Utf8Strings.of(tokens));
        return new Metadata("few-tokens", values, key -> -1);
    }

    private static long[] types(int count, long type, int... of) {
        long[] types = IntStream.range(0, count).mapToLong(i -> NORMAL).toArray();
        IntStream.of(of).forEach(id -> types[id] = type);
        return types;
    }

    private static int[] ids(int... ids) {
        return ids;
    }

    @Test
    void wordsThatAreTokensAreTakenWholeIfTheNameSaysSo() {
        String[] tokens = {"a", "b", "ab"};
        assertThat(Tokenizers.of(metadata(tokens)).encode("ab")).isEqualTo(ids(0, 1));
        values.put(KEY + "pre", "youtu");
        assertThat(Tokenizers.of(metadata(tokens)).encode("ab")).isEqualTo(ids(2));
    }

    @Test
    void keysOverrideWhatTheNameSaysOfBos() {
        values.put(KEY + "bos_token_id", 1L);
        values.put(KEY + "eos_token_id", 2L);
        Metadata plain = metadata("a", "<s>", "</s>");
        Metadata llama = plain.with(KEY + "pre", "llama-bpe");
        assertThat(Tokenizers.of(plain).encode("a")).isEqualTo(ids(0));
        assertThat(Tokenizers.of(plain.with(KEY + "add_bos_token", true)).encode("a")).isEqualTo(ids(1, 0));
        assertThat(Tokenizers.of(llama).encode("a")).isEqualTo(ids(1, 0));
        assertThat(Tokenizers.of(llama.with(KEY + "add_bos_token", false)).encode("a")).isEqualTo(ids(0));
        assertThat(Tokenizers.of(llama.with(KEY + "add_eos_token", true)).encode("a")).isEqualTo(ids(1, 0, 2));
        Metadata gemma = plain.with(KEY + "model", "gemma4").with(KEY + "add_bos_token", false);
        assertThat(Tokenizers.of(gemma).encode("a")).as("says false by mistake").isEqualTo(ids(1, 0));
    }

    @Test
    void kimiMayLackMerges() {
        values.put(KEY + "pre", "kimi-k2");
        values.remove(KEY + "merges");
        assertThat(Tokenizers.of(metadata("a", "b")).encode("ab")).isEqualTo(ids(0, 1));
    }

    @Test
    void plainTextFallsBackToBytes() {
        values.put(KEY + "model", "gemma4");
        values.put(KEY + "bos_token_id", 0L);
        values.put(KEY + "merges", Utf8Strings.of("\n \n", "▁ a"));
        Tokenizer tokenizer = Tokenizers
                .of(metadata("<bos>", "▁", "a", "▁a", "\n", "\n\n", "\n\n\n", "<0xC3>", "<0xA9>", "▁▁"));
        assertThat(tokenizer.encode("é a", false, false)).isEqualTo(ids(7, 8, 3));
        assertThat(tokenizer.encode("ü", false, false)).as("no token for <0xBC>").isEqualTo(ids(7));
        assertThat(tokenizer.encode("a\n\n\na", false, false)).as("line ends whole").isEqualTo(ids(2, 6, 2));
        assertThat(tokenizer.encode("\n\n\n\n", false, false)).isEqualTo(ids(5, 5));
        assertThat(tokenizer.encode("▁a", false, false)).as("▁ is a space").isEqualTo(ids(3));
        assertThat(tokenizer.decode(1, 2, 3)).isEqualTo(" a a");
    }

    /// Cutting before spaces must change nothing.
    @Test
    void plainTextMergesAcrossSpaces() {
        values.put(KEY + "model", "gemma4");
        values.put(KEY + "bos_token_id", 0L);
        values.put(KEY + "merges",
                Utf8Strings.of("▁ a", "b ▁", "▁ ▁", "b▁ a", "a b", "▁▁ ▁a", "c ▁▁▁a"));
        Metadata metadata = metadata("<bos>", "▁", "a", "b", "▁a", "b▁", "▁▁", "b▁a", "ab", "▁▁▁a", "c", "c▁▁▁a");
        Vocabulary vocabulary = new Vocabulary(metadata);
        TextSymbols symbols = new TextSymbols(vocabulary, '▁');
        Merger merger = new Merger(BpeMerges.read(metadata, vocabulary));
        Tokenizer tokenizer = Tokenizers.of(metadata);
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(1, 20); i > 0; i--) {
                text.append("abc ▁ ".charAt(random.nextInt(6)));
            }
            TokenList expected = new TokenList(0);
            merger.clear();
            symbols.append(text.toString(), 0, text.length(), merger);
            merger.merge();
            symbols.addTokens(text.toString(), 0, text.length(), merger, expected);
            assertThat(tokenizer.encode(text.toString(), false, false)).as("seed %d, '%s'", seed, text)
                    .isEqualTo(expected.toArray());
        }
    }

    @Test
    void dnaIsReadSixLettersAtATime() {
        values.put(KEY + "model", "hybriddna");
        Tokenizer tokenizer = Tokenizers.of(metadata("A", "C", "<dna>", "</dna>", "<oov>", "ACACAC\uE000",
                "CAAAAA\uE000", "ACACAC"));
        assertThat(tokenizer.encode("AC<dna>ACacACC</dna>A<dna>ACACAG")).isEqualTo(ids(0, 1, 2, 5, 6, 3, 0, 2, 4));
        assertThat(tokenizer.encode("<dna></dna><dna>")).isEqualTo(ids(2, 3, 2));
        assertThat(tokenizer.decode(5, 7)).isEqualTo("ACACACACACAC");
        assertThat(Tokenizers.of(metadata("A", "<", "d", "n", "a", ">")).encode("<dna>A")).as("without DNA's tokens")
                .isEqualTo(ids(1, 2, 3, 4, 5, 0));
    }

    @Test
    void whiteSpaceIsDropped() {
        values.put(KEY + "model", "whitespace");
        values.put(KEY + "pre", "whitespace");
        values.put(KEY + "merges", Utf8Strings.of("a b"));
        String[] tokens = {"a", "b", "ab", "A", "é"};
        assertThat(Tokenizers.of(metadata(tokens)).encode(" ab\u3000Ab é\n")).isEqualTo(ids(2, 3, 1, 4));
        values.put(KEY + "normalizer.lowercase", true);
        assertThat(Tokenizers.of(metadata(tokens)).encode("Ab É")).isEqualTo(ids(2, 4));
    }

    @Test
    void userDefinedTokensComeFirstAndControlTokensWhenAsked() {
        values.put(KEY + "token_type", types(7, USER_DEFINED, 3, 4));
        ((long[]) values.get(KEY + "token_type"))[5] = CONTROL;
        ((long[]) values.get(KEY + "token_type"))[6] = 2;
        Tokenizer tokenizer = Tokenizers.of(metadata("a", "<", ">", "<a", "<a>", "<a>>", "<<"));
        assertThat(tokenizer.encode("<a>>")).as("longest user-defined").isEqualTo(ids(4, 2));
        assertThat(tokenizer.encode("<a>>", false, true)).as("longest of all").isEqualTo(ids(5));
        assertThat(tokenizer.encode("<<a")).as("unknown acts like control").isEqualTo(ids(1, 3));
        assertThat(tokenizer.encode("<<a", false, true)).as("of equal length the lower id").isEqualTo(ids(1, 3));
        assertThat(tokenizer.encode("<<", false, true)).isEqualTo(ids(6));
        assertThat(tokenizer.decode(0, 5, 6, 4)).isEqualTo("a<a>");
    }

    private int[] endsOf(String... tokens) {
        Tokenizer tokenizer = Tokenizers.of(metadata(tokens));
        return IntStream.range(0, tokens.length).filter(tokenizer::isEndOfGeneration).toArray();
    }

    @Test
    void endOfGenerationIsFoundByText() {
        assertThat(endsOf("a", "<|eot_id|>", "[EOS]", "_<EOT>", "<|fim_pad|>", "<|fim_prefix|>"))
                .isEqualTo(ids(1, 2, 3, 4));
        assertThat(endsOf("<|end|>", "<|return|>")).isEqualTo(ids(0, 1));
        assertThat(endsOf("<|end|>", "<|return|>", "<|call|>", "<|channel|>")).as("harmony").isEqualTo(ids(1, 2));
        assertThat(endsOf("<|end|>", "<|flush|>", "<|calls|>")).as("Solar").isEqualTo(ids(1, 2));
        assertThat(endsOf("</s>", "<|tool_response>", "<turn|>")).as("Gemma 4").isEqualTo(ids(1, 2));
        values.put(KEY + "eot_token_id", 0L);
        assertThat(endsOf("a", "b")).isEqualTo(ids(0));
    }

    @Test
    void harmonysMarksAreUserDefined() {
        values.put(KEY + "token_type", types(6, CONTROL, 1, 2, 3, 4, 5));
        Tokenizer tokenizer = Tokenizers
                .of(metadata("a", "<|end|>", "<|return|>", "<|call|>", "<|channel|>", "<|other|>"));
        assertThat(tokenizer.decode(4, 0, 5, 1, 2)).isEqualTo("<|channel|>a<|end|>");
        assertThat(tokenizer.encode("<|channel|>a<|end|>")).isEqualTo(ids(4, 0, 1));
        assertThat(List.of(tokenizer.isControl(2), tokenizer.isControl(4))).containsExactly(true, false);
    }

    @Test
    void someTokensTakeSpaceBesideThem() {
        Metadata plain = metadata("a", " ", "Ġ", "<mask>", "<|x|>", "</s>", "<s>").with(KEY + "token_type",
                types(7, CONTROL, 3, 4, 5, 6));
        assertThat(Tokenizers.of(plain).encode("a <mask> a", false, true)).isEqualTo(ids(0, 2, 3, 2, 0));
        assertThat(Tokenizers.of(plain.with(KEY + "pre", "jina-v2-de")).encode("a <mask> a", false, true))
                .isEqualTo(ids(0, 3, 2, 0));
        Metadata phi3 = plain.with("general.name", "Phi-3 mini");
        assertThat(Tokenizers.of(phi3).encode("<|x|> \na</s> <s> a", false, true)).isEqualTo(ids(4, 0, 5, 6, 2, 0));
    }

    @Test
    void tokensOfEqualTextAreFoundByTheLowerId() {
        values.put(KEY + "token_type", types(4, CONTROL, 2, 3));
        Tokenizer tokenizer = Tokenizers.of(metadata("a", "a", "<x>", "<x>"));
        assertThat(tokenizer.encode("a<x>", false, true)).isEqualTo(ids(0, 2));
        assertThat(tokenizer.decode(new int[]{1, 3}, true)).isEqualTo("a<x>");
    }

    @Test
    void bosAndEosAreElevenIfTheFileDoesNotSay() {
        String[] tokens = IntStream.range(0, 12).mapToObj(i -> "t" + i).toArray(String[]::new);
        Tokenizer tokenizer = Tokenizers.of(metadata(tokens));
        assertThat(tokenizer.bos()).hasValue(11);
        assertThat(tokenizer.eos()).hasValue(11);
        assertThat(Tokenizers.of(metadata("a")).bos()).as("beyond the vocabulary").isEmpty();
    }
}
