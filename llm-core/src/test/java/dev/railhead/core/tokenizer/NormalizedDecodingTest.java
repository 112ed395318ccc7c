package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.railhead.TokenDecoder;
import dev.railhead.Tokenizer;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Decoding of vocabularies that do not give back a text as it was, against llama.cpp's decoding of a whole text.
@ParameterizedClass
@ValueSource(strings = {"tiny-wpm", "bert-bge", "tiny-ugm", "nomic-bert-moe"})
class NormalizedDecodingTest {
    private final String vocabulary;
    private final Tokenizer tokenizer;

    NormalizedDecodingTest(String vocabulary) {
        this.vocabulary = vocabulary;
        tokenizer = Vocabularies.tokenizer(vocabulary);
    }

    @Test
    void decodesAsTheReference() throws IOException {
        int count = 0;
        for (JsonNode line : Vocabularies.jsonLines(Vocabularies.expectation(vocabulary + ".jsonl"))) {
            if (line.has("ids")) {
                int[] ids = Vocabularies.ints(line.get("ids"));
                String rendered = line.get("detokenized").asText();
                String plain = line.get("detokenized_plain").asText();
                // The reference leaves the space before the first word of WordPiece, and after a hidden special token.
                boolean leaves = vocabulary.equals("tiny-wpm") || vocabulary.equals("bert-bge")
                        || ids.length > 0 && tokenizer.isControl(ids[0]);
                assertThat(tokenizer.decode(ids, true)).as("%s", line)
                        .isEqualTo(leaves ? withoutFirstSpace(rendered) : rendered);
                assertThat(tokenizer.decode(ids)).as("%s", line)
                        .isEqualTo(leaves ? withoutFirstSpace(plain) : plain);
                count++;
            }
        }
        assertThat(count).isGreaterThan(500);
    }

    private static String withoutFirstSpace(String text) {
        return text.startsWith(" ") ? text.substring(1) : text;
    }

    @Test
    void theIncrementalDecoderPutsSpacesBeforeWords() {
        TokenDecoder decoder = tokenizer.newDecoder();
        StringBuilder text = new StringBuilder();
        for (int token : tokenizer.encode("the water,  the morning")) {
            text.append(decoder.add(token));
        }
        text.append(decoder.finish());
        assertThat(text.toString().replace(" ,", ",")).isEqualTo(" the water, the morning");
    }
}
