package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.ModelFormatException;
import dev.railhead.ModelLoadException;
import dev.railhead.Tokenizer;
import dev.railhead.UnsupportedModelException;
import dev.railhead.gguf.testing.Promptly;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.Utf8Strings;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Damaged and odd vocabularies: refused with a message that names file and key, or read as documented.
class BadVocabularyTest {
    private static final String KEY = "tokenizer.ggml.";

    private final Metadata spm = Vocabularies.metadata("tiny-spm");
    private final Metadata bpe = Vocabularies.metadata("tiny-bpe");

    private static Metadata without(Metadata metadata, String key) {
        Map<String, Object> values = new LinkedHashMap<>(metadata.values());
        values.remove(KEY + key);
        return new Metadata(metadata.file(), values, k -> -1);
    }

    private static void refused(Metadata metadata, String... messageParts) {
        refused(metadata, ModelFormatException.class, messageParts);
    }

    private static void refused(Metadata metadata, Class<? extends ModelLoadException> type, String... messageParts) {
        Promptly.underOneSecond(() -> assertThatThrownBy(() -> Tokenizers.of(metadata)).isExactlyInstanceOf(type)
                .hasMessageContaining(metadata.file()).hasMessageContainingAll(messageParts));
    }

    private static Metadata withToken(Metadata metadata, int id, String text) {
        String[] tokens = metadata.strings(KEY + "tokens").toArray(String[]::new);
        tokens[id] = text;
        return metadata.with(KEY + "tokens", Utf8Strings.of(tokens));
    }

    private static Metadata withType(Metadata metadata, int id, long type) {
        long[] types = metadata.integers(KEY + "token_type");
        types[id] = type;
        return metadata.with(KEY + "token_type", types);
    }

    @Test
    void missingKeys() {
        refused(without(spm, "model"), "tokenizer.ggml.model", "no such key");
        refused(without(spm, "tokens"), "tokenizer.ggml.tokens", "no such key");
        refused(without(bpe, "merges"), "tokenizer.ggml.merges", "no such key");
        refused(spm.with(KEY + "tokens", Utf8Strings.of()), "at least one token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwkv", "plamo2", ""})
    void unknownModelIsRefusedByName(String model) {
        refused(spm.with(KEY + "model", model), UnsupportedModelException.class, "tokenizer '" + model + "'",
                "bert, gemma4, gpt2, hybriddna, llama, t5, whitespace");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "no_vocab"})
    void modelsWithoutVocabularyAreRefused(String model) {
        refused(spm.with(KEY + "model", model), UnsupportedModelException.class, "'" + model + "'", "no vocabulary",
                "Convert the model again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen99", "GPT-2", ""})
    void unknownPreTokenizerIsRefusedByName(String pre) {
        refused(bpe.with(KEY + "pre", pre), UnsupportedModelException.class, "pre-tokenizer '" + pre + "'",
                "llama-bpe", "Use a newer Railhead");
    }

    @Test
    void missingPreTokenizerIsTheDefaultOne() {
        Tokenizer unnamed = Tokenizers.of(without(bpe, "pre"));
        Tokenizer named = Tokenizers.of(bpe.with(KEY + "pre", "default"));
        String text = "It's 12345 o'clock, isn't it?";
        assertThat(unnamed.encode(text)).isEqualTo(named.encode(text));
    }

    @Test
    void scores() {
        double[] scores = spm.numbers(KEY + "scores");
        refused(spm.with(KEY + "scores", Arrays.copyOf(scores, scores.length - 1)), "360 scores", "359 scores");
        refused(spm.with(KEY + "scores", Utf8Strings.of("a")), "an array of floats", "an array of 1 strings");
        double[] nan = scores.clone();
        nan[7] = Double.NaN;
        refused(spm.with(KEY + "scores", nan), "NaN for token 7");
    }

    @Test
    void types() {
        long[] types = spm.integers(KEY + "token_type");
        refused(spm.with(KEY + "token_type", Arrays.copyOf(types, types.length + 1)), "360 types", "361 types");
        refused(spm.with(KEY + "token_type", new double[types.length]), "an array of integers");
        refused(withType(spm, 9, 7), "7 for token 9");
        refused(withType(spm, 9, -1), "-1 for token 9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<0x-1>", "<0xZZ>", "<0x>", "", "<0x041>", "<0x+1>", "<0x4１>"})
    void malformedByteToken(String text) {
        refused(withType(withToken(spm, 300, text), 300, 6), "byte token 300", "'" + text + "'");
    }

    @Test
    void duplicateTokensAreFoundByTheLowestId() {
        String text = spm.strings(KEY + "tokens").get(300);
        Tokenizer tokenizer = Tokenizers.of(withToken(spm, 301, text));
        assertThat(tokenizer.tokenOf(text)).hasValue(300);
        assertThat(tokenizer.piece(301)).isEqualTo(tokenizer.piece(300));
    }

    @Test
    void emptyTokenIsNeverProduced() {
        for (long type = 1; type <= 5; type++) {
            Tokenizer tokenizer = Tokenizers.of(withType(withToken(spm, 300, ""), 300, type));
            assertThat(tokenizer.encode("some text", true, true)).doesNotContain(300);
            assertThat(tokenizer.piece(300)).isEmpty();
        }
    }

    /// Bytes that are no characters, cut off ones, and a code point beyond Unicode.
    @Test
    void tokensThatAreNoUtf8() {
        byte[][] odd = {{(byte) 0xFF}, {(byte) 0xE4, (byte) 0xBD}, {'a', (byte) 0x80}, {(byte) 0xC3, '('},
                {(byte) 0xF7, (byte) 0xBF, (byte) 0xBF, (byte) 0xBF}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80}};
        for (Metadata good : List.of(spm, bpe)) {
            Utf8Strings tokens = good.strings(KEY + "tokens");
            int first = tokens.size() - odd.length;
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            int[] offsets = new int[tokens.size() + 1];
            for (int id = 0; id < tokens.size(); id++) {
                bytes.writeBytes(id < first ? tokens.bytes(id) : odd[id - first]);
                offsets[id + 1] = bytes.size();
            }
            Metadata damaged = good.with(KEY + "tokens", new Utf8Strings(bytes.toByteArray(), offsets));
            if (good == bpe) {
                damaged = damaged.with(KEY + "merges", Utf8Strings.of());
            }
            Tokenizer tokenizer = Tokenizers.of(damaged);
            assertThat(tokenizer.piece(first)).containsExactly(0xFF);
            String text = "a( 你 \uFFFD";
            assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
        }
    }

    /// A hostile file may make every token one that is cut out of the text first.
    @Test
    void everyTokenUserDefined() {
        int count = 200_000;
        String[] tokens = new String[count];
        Arrays.setAll(tokens, i -> i == 0 ? "a" : "token" + i);
        long[] types = new long[count];
        Arrays.fill(types, 4);
        Metadata all = spm.with(KEY + "tokens", Utf8Strings.of(tokens)).with(KEY + "token_type", types)
                .with(KEY + "scores", new double[count]);
        Promptly.underOneSecond(() -> {
            Tokenizer tokenizer = Tokenizers.of(all);
            assertThat(tokenizer.encode("token1token12atoken199999", false, false)).containsExactly(1, 12, 0, 199_999);
        });
    }

    @Test
    void hugeTokenLoads() {
        Metadata huge = withToken(spm, 300, "ab".repeat(1_000_000));
        Tokenizer tokenizer = Assertions.assertTimeout(Duration.ofSeconds(20), () -> Tokenizers.of(huge));
        assertThat(tokenizer.piece(300)).hasSize(2_000_000);
    }

    @Test
    void missingByteTokensBecomeTheUnknownToken() {
        List<String> tokens = spm.strings(KEY + "tokens");
        int id = tokens.indexOf("<0xFF>");
        int lead = tokens.indexOf("<0xE4>");
        Metadata damaged = withType(withToken(withType(withToken(spm, id, "x1"), id, 1), lead, "x2"), lead, 1);
        assertThat(Tokenizers.of(damaged).encode("你", false, false)).contains(0).doesNotContain(lead);
    }

    @Test
    void missingByteOfByteLevelBpeIsLeftOut() {
        int id = bpe.strings(KEY + "tokens").indexOf("~");
        Tokenizer tokenizer = Tokenizers.of(withToken(bpe, id, "never"));
        assertThat(tokenizer.decode(tokenizer.encode("a~b"))).isEqualTo("ab");
    }

    @Test
    void merges() {
        String[] merges = bpe.strings(KEY + "merges").toArray(String[]::new);
        merges[3] = "nospace";
        refused(bpe.with(KEY + "merges", Utf8Strings.of(merges)), "tokenizer.ggml.merges", "'nospace' as merge 3");
        merges[3] = "a nosuchtoken";
        refused(bpe.with(KEY + "merges", Utf8Strings.of(merges)), "'nosuchtoken', which is no token, in merge 3");
        merges[3] = "";
        refused(bpe.with(KEY + "merges", Utf8Strings.of(merges)), "'' as merge 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bos", "eos", "eot", "unknown", "fim_pad"})
    void specialIdBeyondTheVocabulary(String role) {
        for (long id : new long[]{-1, 360, 1L << 32, Long.MIN_VALUE}) {
            refused(spm.with(KEY + role + "_token_id", id), role + "_token_id", "0 to 359", Long.toString(id));
        }
    }

    @Test
    void defaultIdBeyondTheVocabularyIsNoToken() {
        Metadata small = spm.with(KEY + "tokens", Utf8Strings.of("a")).with(KEY + "token_type", new long[]{1})
                .with(KEY + "scores", new double[1]).with(KEY + "add_bos_token", false);
        for (String role : new String[]{"bos", "eos", "unknown", "padding"}) {
            small = without(small, role + "_token_id");
        }
        Tokenizer tokenizer = Tokenizers.of(small);
        assertThat(tokenizer.bos()).isEmpty();
        assertThat(tokenizer.eos()).isEmpty();
        assertThat(tokenizer.encode("aé")).containsOnly(0);
        refused(small.with(KEY + "add_bos_token", true), "add_bos_token", "bos_token_id", "true without one");
        refused(small.with(KEY + "add_eos_token", true), "add_eos_token", "eos_token_id", "true without one");
    }
}
