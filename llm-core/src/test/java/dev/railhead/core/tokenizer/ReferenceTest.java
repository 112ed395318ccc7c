package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.railhead.TokenDecoder;
import dev.railhead.Tokenizer;
import dev.railhead.gguf.testing.ReferenceData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Everything a tokenizer says about a vocabulary, against llama.cpp.
@ParameterizedClass
@ValueSource(strings = {"tiny-spm", "tiny-bpe", "llama-spm", "phi-3", "stories260K", "gpt-2", "llama-bpe", "qwen2",
        "qwen35", "starcoder", "refact", "mpt", "deepseek-coder", "deepseek-llm", "falcon", "gemma-4"})
@ValueSource(strings = {"tiny-wpm", "bert-bge", "tiny-ugm", "nomic-bert-moe"})
class ReferenceTest {
    private static final List<String> NORMALIZING = List.of("tiny-wpm", "bert-bge", "tiny-ugm", "nomic-bert-moe");

    private final String vocabulary;
    private final Tokenizer tokenizer;

    ReferenceTest(String vocabulary) {
        this.vocabulary = vocabulary;
        tokenizer = Vocabularies.tokenizer(vocabulary);
    }

    @Test
    void encodesAsTheReference() throws IOException {
        int count = 0;
        for (JsonNode line : Vocabularies.jsonLines(Vocabularies.expectation(vocabulary + ".jsonl"))) {
            if (line.has("text")) { // the others are not UTF-8, so no Java string
                String text = line.get("text").asText();
                int[] ids = tokenizer.encode(text, line.get("add_special").asBoolean(),
                        line.get("parse_special").asBoolean());
                assertThat(ids).as("%s", line).isEqualTo(Vocabularies.ints(line.get("ids")));
                count++;
            }
        }
        assertThat(count).isGreaterThan(500);
    }

    @Test
    void givesBackTheText() throws IOException {
        Assumptions.assumeFalse(NORMALIZING.contains(vocabulary), "normalizes texts");
        for (JsonNode line : Vocabularies.jsonLines(Vocabularies.expectation(vocabulary + ".jsonl"))) {
            // SentencePiece writes spaces as ▁, so that character itself is lost; falcon lacks some control characters.
            String text = line.path("text").asText();
            boolean lossy = text.contains("▁") || vocabulary.equals("falcon") && text.contains("\u000B");
            if (!lossy && !line.get("parse_special").asBoolean()) {
                assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
            }
        }
    }

    private static String randomText(Random random) {
        return random.ints(random.nextInt(80), 0, 12).map(choice -> switch (choice) {
            case 0 -> random.nextInt(0x20);
            case 1, 2 -> " \n\t\r'\u00A0\u3000".charAt(random.nextInt(7));
            case 3 -> random.nextInt(0xA0, Character.MIN_SURROGATE);
            case 4 -> random.nextInt(Character.MAX_SURROGATE + 1, 0x10000);
            case 5 -> random.nextInt(0x10000, Character.MAX_CODE_POINT + 1);
            default -> random.nextInt(0x20, 0x7F);
        }).filter(codePoint -> codePoint != '▁').collect(StringBuilder::new, StringBuilder::appendCodePoint,
                StringBuilder::append).toString();
    }

    /// Some byte-level vocabularies lack tokens for control characters or for what begins characters of high planes.
    private boolean lacksBytes(String text) {
        boolean byteLevel = !vocabulary.matches("gemma-4|llama-spm|phi-3|stories260K|tiny-spm");
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (byteLevel && tokenizer.tokenOf(String.valueOf(ByteAlphabet.character(b & 255))).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    @Test
    void givesBackRandomText() {
        Assumptions.assumeFalse(NORMALIZING.contains(vocabulary), "normalizes texts");
        int count = 0;
        for (int seed = 0; seed < 1000; seed++) {
            String text = randomText(new Random(seed));
            if (!lacksBytes(text)) {
                assertThat(tokenizer.decode(tokenizer.encode(text))).as("seed %d", seed).isEqualTo(text);
                count++;
            }
        }
        assertThat(count).isGreaterThan(100);
    }

    /// A quadratic loop would take minutes; the guard is generous.
    @Test
    void encodesLongRuns() {
        for (String part : new String[]{"a", " ", "\n", "的", "\u0301", "1", "!", "<|", "😀", " a"}) {
            String text = part.repeat(200_000 / part.length());
            boolean normalizes = NORMALIZING.contains(vocabulary);
            Assertions.assertTimeout(Duration.ofSeconds(10),
                    () -> assertThat(tokenizer.decode(tokenizer.encode(text)).equals(text) || normalizes).as(part)
                            .isTrue());
        }
    }

    @Test
    void piecesAndRoles() throws IOException {
        JsonNode info = Vocabularies.json(Vocabularies.expectation(vocabulary + ".info.json"));
        for (JsonNode piece : info.get("pieces")) {
            int id = piece.get("id").asInt();
            assertThat(HexFormat.of().formatHex(tokenizer.piece(id))).as("%s", piece)
                    .isEqualTo(piece.get("piece_hex").asText());
            byte[] plain = HexFormat.of().parseHex(piece.get("piece_hex_no_special").asText());
            TokenDecoder decoder = tokenizer.newDecoder();
            assertThat(decoder.add(id) + decoder.finish()).as("%s", piece)
                    .isEqualTo(new String(plain, StandardCharsets.UTF_8));
        }
        assertThat(tokenizer.vocabularySize()).isEqualTo(info.get("n_tokens").asInt());
        assertThat(tokenizer.bos().orElse(-1)).isEqualTo(info.get("bos").asInt());
        assertThat(tokenizer.eos().orElse(-1)).isEqualTo(info.get("eos").asInt());
        IntStream ids = IntStream.range(0, tokenizer.vocabularySize());
        assertThat(ids.filter(tokenizer::isEndOfGeneration).toArray())
                .isEqualTo(Vocabularies.ints(info.get("eog")));
        assertThat(IntStream.range(0, tokenizer.vocabularySize()).filter(tokenizer::isControl).count())
                .isEqualTo(info.get("n_control").asLong());
        assertThat(IntStream.of(Vocabularies.ints(info.get("control")))).allMatch(tokenizer::isControl);
        String closing = info.get("type").asText().equals("WPM") ? "add_sep" : "add_eos";
        int added = (info.get("add_bos").asBoolean() ? 1 : 0) + (info.get(closing).asBoolean() ? 1 : 0);
        assertThat(tokenizer.encode("")).hasSize(added);
    }

    @Test
    void encodesTheVocabularysOwnTexts() throws IOException {
        Assumptions.assumeFalse(vocabulary.startsWith("tiny-") || vocabulary.equals("stories260K"),
                "comes without texts of its own");
        String file = "vocab/ggml-vocab-" + vocabulary + ".gguf";
        String[] texts = Files.readString(ReferenceData.of(file + ".inp")).split("\n__ggml_vocab_test__\n", -1);
        List<String> lines = Files.readAllLines(ReferenceData.of(file + ".out"));
        for (int i = 0; i < lines.size(); i++) {
            int[] ids = lines.get(i).isBlank()
                    ? new int[0]
                    : Arrays.stream(lines.get(i).trim().split(" "))
                            .mapToInt(Integer::parseInt).toArray();
            assertThat(tokenizer.encode(texts[i], false, false)).as(texts[i]).isEqualTo(ids);
        }
    }
}
