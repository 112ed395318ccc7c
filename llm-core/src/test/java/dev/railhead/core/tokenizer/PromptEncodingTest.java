package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.railhead.RenderedPrompt;
import dev.railhead.Tokenizer;
import dev.railhead.gguf.GgufFile;
import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.ValueType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Prompts of which a part is a template's: special tokens are read there, and everything else is as if nobody knew.
class PromptEncodingTest {
    @ParameterizedTest
    @ValueSource(strings = {"tiny-bpe", "tiny-spm"})
    void knowingTheOriginChangesOnlySpecialTokens(String vocabulary) throws IOException {
        Tokenizer tokenizer = Vocabularies.tokenizer(vocabulary);
        int[] around = tokenizer.encode("");
        for (JsonNode line : Vocabularies.jsonLines(Vocabularies.expectation(vocabulary + ".jsonl"))) {
            if (!line.has("text") || tokenizer.bos().isPresent() && startsWithBos(tokenizer, line)) {
                continue;
            }
            String text = line.get("text").asText();
            int half = text.length() / 2;
            RenderedPrompt all = text.isEmpty() ? RenderedPrompt.of(text) : RenderedPrompt.of(text, 0, text.length());

            assertThat(tokenizer.encode(all)).as(text).isEqualTo(withBos(tokenizer, around, text, true));
            assertThat(tokenizer.encode(RenderedPrompt.of(text))).as(text)
                    .isEqualTo(withBos(tokenizer, around, text, false));
            if (half > 0 && !text.contains("<")) {
                // A border in the middle of a word is none to the merges.
                assertThat(tokenizer.encode(RenderedPrompt.of(text, 0, half))).as(text)
                        .isEqualTo(withBos(tokenizer, around, text, false));
            }
        }
    }

    private static boolean startsWithBos(Tokenizer tokenizer, JsonNode line) {
        int[] tokens = tokenizer.encode(line.get("text").asText(), false, true);
        return tokens.length > 0 && tokens[0] == tokenizer.bos().orElseThrow();
    }

    /// As the plain way encodes it, with BOS and without EOS.
    private static int[] withBos(Tokenizer tokenizer, int[] around, String text, boolean parseSpecial) {
        int[] tokens = tokenizer.encode(text, false, parseSpecial);
        boolean addsBos = around.length > 0 && tokenizer.bos().equals(OptionalInt.of(around[0]));
        return addsBos ? IntStream.concat(tokenizer.bos().stream(), IntStream.of(tokens)).toArray() : tokens;
    }

    private static Tokenizer withMarks(Path folder, long markType) {
        String[] tokens = new String[256 + 3];
        long[] types = new long[tokens.length];
        for (int b = 0; b < 256; b++) {
            tokens[b] = String.valueOf(ByteAlphabet.character(b));
            types[b] = 1;
        }
        tokens[256] = "<|end|>";
        tokens[257] = "<|end|>!";
        tokens[258] = "<tool>";
        types[256] = markType;
        types[257] = markType;
        types[258] = 4;
        Path file = folder.resolve("marks.gguf");
        new GgufWriter().put("general.architecture", "llama").put("tokenizer.ggml.model", "gpt2")
                .put("tokenizer.ggml.pre", "gpt-2").putArray("tokenizer.ggml.tokens", ValueType.STRING, tokens)
                .putArray("tokenizer.ggml.merges", ValueType.STRING, new String[0])
                .putArray("tokenizer.ggml.token_type", ValueType.INT32, types).write(file);
        try (GgufFile gguf = GgufFile.open(file)) {
            return Tokenizers.of(gguf.metadata());
        }
    }

    private static String read(Tokenizer tokenizer, RenderedPrompt prompt) {
        var out = new StringBuilder();
        for (int token : tokenizer.encode(prompt)) {
            out.append(token >= 256
                    ? "[" + tokenizer.decode(new int[]{token}, true) + "]"
                    : tokenizer.decode(token));
        }
        return out.toString();
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 4}) // control, user-defined: some files give marks the type of ordinary added tokens
    void marksAreReadWhereAllOfThemIsTheTemplates(long markType, @TempDir Path folder) {
        Tokenizer tokenizer = withMarks(folder, markType);
        String text = "<|end|>a<|end|>";

        assertThat(read(tokenizer, RenderedPrompt.of(text, 0, 15))).isEqualTo("[<|end|>]a[<|end|>]");
        assertThat(read(tokenizer, RenderedPrompt.of(text, 0, 7))).isEqualTo("[<|end|>]a<|end|>");
        assertThat(read(tokenizer, RenderedPrompt.of(text, 8, 15))).isEqualTo("<|end|>a[<|end|>]");
        assertThat(read(tokenizer, RenderedPrompt.of(text, 0, 6, 9, 15))).isEqualTo(text);
        assertThat(read(tokenizer, RenderedPrompt.of(text))).isEqualTo(text);
    }

    @Test
    void aLongerMarkThatReachesIntoContentGivesWayToAShorterOne(@TempDir Path folder) {
        Tokenizer tokenizer = withMarks(folder, 3);

        assertThat(read(tokenizer, RenderedPrompt.of("<|end|>!", 0, 8))).isEqualTo("[<|end|>!]");
        assertThat(read(tokenizer, RenderedPrompt.of("<|end|>!", 0, 7))).isEqualTo("[<|end|>]!");
    }

    @Test
    void ordinaryAddedTokensAreReadEverywhereAsInTheReference(@TempDir Path folder) {
        assertThat(read(withMarks(folder, 3), RenderedPrompt.of("a<tool>"))).isEqualTo("a[<tool>]");
    }
}
