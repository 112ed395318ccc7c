package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.Ints;
import dev.railhead.ContextOverflowException;
import dev.railhead.Tokenizer;
import dev.railhead.core.tokenizer.Tokenizers;
import dev.railhead.gguf.GgufFile;
import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.testing.TinyLlama;
import dev.railhead.spi.Metadata;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Pairs of texts with the vocabulary of a tiny llama: `<s>` is 1, `</s>` is 2.
class PairTextTest {
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private static int[] pair(Consumer<GgufWriter> how, String query, String document, int longest) {
        Metadata metadata = metadata(how);
        Tokenizer tokenizer = Tokenizers.of(metadata);
        return new PairText(metadata).tokens(tokenizer, new SpecialFrame(tokenizer), query, document, longest);
    }

    private static Metadata metadata(Consumer<GgufWriter> how) {
        GgufWriter writer = TinyLlama.defaults().writer();
        how.accept(writer);
        byte[] bytes = writer.toByteArray();
        MemorySegment memory = Arena.ofAuto().allocate(bytes.length, 64);
        memory.copyFrom(MemorySegment.ofArray(bytes));
        return GgufFile.of("tiny", memory).metadata();
    }

    private static int[] plain(String text) {
        return Tokenizers.of(metadata(w -> {})).encode(text, false, false);
    }

    private static Consumer<GgufWriter> template(String text) {
        return w -> w.put("tokenizer.chat_template.rerank", text);
    }

    @Test
    void withoutATemplateTheDocumentFollowsTheQuery() {
        assertThat(pair(w -> {}, "ab", "cd", NO_LIMIT))
                .containsExactly(Ints.concat(new int[]{1}, plain("ab"), plain("cd")));
        Consumer<GgufWriter> ending = w -> w.put("tokenizer.ggml.add_eos_token", true);
        assertThat(pair(ending, "ab", "cd", NO_LIMIT))
                .containsExactly(Ints.concat(new int[]{1}, plain("ab"), new int[]{2}, plain("cd"), new int[]{2}));
        Consumer<GgufWriter> separated = ending.andThen(
                w -> w.put("tokenizer.ggml.add_sep_token", true).put("tokenizer.ggml.seperator_token_id", 2));
        assertThat(pair(separated, "ab", "cd", NO_LIMIT))
                .containsExactly(Ints.concat(new int[]{1}, plain("ab"), new int[]{2, 2}, plain("cd"), new int[]{2}));
    }

    @Test
    void aTemplateIsFilledAndEncodedAsAWhole() {
        int[] expected = Tokenizers.of(metadata(w -> {})).encode("q ab</s>d cd</s>e", true, true);
        assertThat(pair(template("q {query}</s>d {document}</s>e"), "ab", "cd", NO_LIMIT)).containsExactly(expected)
                .contains(2, 2);
    }

    @Test
    void holesInTextsAreText() {
        int[] expected = Tokenizers.of(metadata(w -> {})).encode("{document}</s>{query}", true, true);
        assertThat(pair(template("{query}</s>{document}"), "{document}", "{query}", NO_LIMIT))
                .containsExactly(expected);
    }

    @Test
    void specialTokensInTextsAreText() {
        int[] tokens = pair(template("{query}</s>{document}"), "a</s>b", "c<s>", NO_LIMIT);
        assertThat(tokens).startsWith(1);
        assertThat(Arrays.stream(tokens).skip(1).filter(token -> token < 3)).containsExactly(2);
        assertThat(tokens).containsExactly(Ints.concat(new int[]{1}, plain("a</s>b"), new int[]{2}, plain("c<s>")));
    }

    @Test
    void theDocumentIsCutSoThatTheEndOfTheTemplateStays() {
        int[] whole = Ints.concat(new int[]{1}, plain("ab"), new int[]{2}, plain("cdefgh"), new int[]{2});
        int[] cut = pair(template("{query}</s>{document}</s>"), "ab", "cdefgh", whole.length - 3);
        assertThat(cut).containsExactly(Ints.concat(new int[]{1}, plain("ab"), new int[]{2},
                Arrays.copyOf(plain("cdefgh"), plain("cdefgh").length - 3), new int[]{2}));
        assertThatThrownBy(() -> pair(template("{query}</s>{document}</s>"), "ab".repeat(20), "c", 20))
                .isExactlyInstanceOf(ContextOverflowException.class).hasMessageContaining("fewer than 20 tokens");
    }
}
