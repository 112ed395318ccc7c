package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.Tokenizer;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.Utf8Strings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Roles that tokens have by their text or by a key.
class SpecialTextsTest {
    private static final String KEY = "tokenizer.ggml.";

    private static Metadata metadata(String... tokens) {
        return new Metadata("few-tokens", Map.of(KEY + "model", "gpt2", KEY + "pre", "gpt-2", KEY + "merges",
                Utf8Strings.of(), KEY + "tokens", Utf8Strings.of(tokens)), key -> -1);
    }

    @ParameterizedTest
    @CsvSource({"fim_pre,prefix,▁<PRE>", "fim_suf,suffix,▁<SUF>", "fim_mid,middle,▁<MID>"})
    void textsCountOnlyIfNoKeyGivesTheRole(String role, String older, String text) {
        Metadata none = metadata("a", "b", text);
        assertThat(Tokenizers.of(none).isControl(2)).isTrue();
        for (String key : new String[]{role, older}) {
            Tokenizer tokenizer = Tokenizers.of(none.with(KEY + key + "_token_id", 1L));
            assertThat(tokenizer.isControl(2)).as(key).isFalse();
            assertThat(tokenizer.isControl(1)).as(key).isFalse();
        }
    }

    @Test
    void glm4HasNoBosUnlessTheFileNamesIt() {
        String[] tokens = new String[12];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = String.valueOf((char) ('a' + i));
        }
        Metadata metadata = metadata(tokens);
        assertThat(Tokenizers.of(metadata).bos()).hasValue(11);
        for (String pre : new String[]{"glm4", "chatglm-bpe"}) {
            Metadata glm = metadata.with(KEY + "pre", pre);
            assertThat(Tokenizers.of(glm).bos()).isEmpty();
            assertThat(Tokenizers.of(glm).eos()).hasValue(11);
            Tokenizer named = Tokenizers.of(glm.with(KEY + "bos_token_id", 3L).with(KEY + "add_bos_token", true));
            assertThat(named.encode("a")).containsExactly(3, 0);
        }
    }
}
