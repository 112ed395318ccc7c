package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.railhead.Tokenizer;
import dev.railhead.gguf.testing.ReferenceData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PreTokenizersTest {
    static Stream<String> names() {
        return PreTokenizers.names().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void cutsAsTheReference(String name) throws IOException {
        Path file = ReferenceData.of("vocab/pre/" + name + ".gguf.gz");
        Assumptions.assumeTrue(Files.exists(file), "an alias without reference data of its own");
        JsonNode expected = Vocabularies.json(ReferenceData.of("tokenizer/pre-tokenizers.json"));
        Tokenizer tokenizer = Tokenizers.of(Vocabularies.unzipped(file));
        JsonNode ids = expected.get("ids").get(name);
        for (int i = 0; i < ids.size(); i++) {
            String text = expected.get("texts").get(i).asText();
            assertThat(tokenizer.encode(text, false, false)).as(text).isEqualTo(Vocabularies.ints(ids.get(i)));
        }
        boolean addBos = expected.get("flags").get(name).get("add_bos").asBoolean();
        assertThat(tokenizer.encode("", true, false)).hasSize(addBos ? 1 : 0);
    }

    /// No pattern may take quadratic time or a deep stack; the guard is generous.
    @ParameterizedTest
    @MethodSource("names")
    void cutsLongRuns(String name) {
        PreTokenizer.Splitter splitter = Objects.requireNonNull(PreTokenizers.find(name)).new Splitter();
        for (String part : new String[]{"a", "A", "aA", " ", "\n", " \n", "\t", "我", "\u0301", "1", "!", "'", "/",
                " a1"}) {
            String text = part.repeat(300_000 / part.length());
            int[] next = {0};
            Assertions.assertTimeout(Duration.ofSeconds(10),
                    () -> splitter.split(text, 0, text.length(), (from, to) -> {
                        next[0] = from == next[0] ? to : -1; // words must not leave gaps
                    }));
            assertThat(next[0]).isEqualTo(text.length());
        }
    }
}
