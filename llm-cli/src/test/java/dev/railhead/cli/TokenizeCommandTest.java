package dev.railhead.cli;

import static dev.railhead.cli.Invocation.llm;
import static dev.railhead.cli.Invocation.withInput;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizeCommandTest {
    @ParameterizedTest
    @ValueSource(strings = {"Once upon a time", " leading and trailing \n\n", "Größe: 5 €, 日本語 🦊\r\n",
            "<|im_start|>user\nhi<|im_end|>\n"})
    void decodeIsTheWayBackOfStandardInput(String text) {
        Invocation ids = withInput(text, "tokenize");

        assertThat(ids.exitCode()).isZero();
        assertThat(ids.out().strip()).matches("\\d+(,\\d+)*");
        assertThat(llm("tokenize", "--decode", ids.out().strip()).out()).isEqualTo(text);
    }

    @Test
    void jsonHasIdsAndPieces() {
        JsonNode json = llm("tokenize", "--json", "Once upon a time").json();

        assertThat(ImmutableList.copyOf(json.fieldNames())).containsExactly("ids", "pieces");
        assertThat(json.get("ids").size()).isEqualTo(json.get("pieces").size());
        assertThat(String.join("", texts(json.get("pieces")))).isEqualTo("Once upon a time");
    }

    @Test
    void bytesThatAreNoCharacterAreReplaced() {
        JsonNode json = llm("tokenize", "--json", "🦊").json();

        assertThat(json.get("ids").size()).isGreaterThan(1);
        assertThat(texts(json.get("pieces"))).anySatisfy(piece -> assertThat(piece).contains("\uFFFD"));
    }

    @Test
    void specialTokensAreTextIfTold() {
        JsonNode parsed = llm("tokenize", "--json", "<|im_end|>").json();
        JsonNode plain = llm("tokenize", "--json", "--no-parse-special", "<|im_end|>").json();

        assertThat(parsed.get("ids").size()).isEqualTo(1);
        assertThat(texts(parsed.get("pieces"))).containsExactly("<|im_end|>");
        assertThat(plain.get("ids").size()).isGreaterThan(1);
        assertThat(String.join("", texts(plain.get("pieces")))).isEqualTo("<|im_end|>");
    }

    @Test
    void linesAreJsonStrings() {
        Invocation lines = withInput("\"a\\nb\"\n\n\" c \"\n\"\"\n", "tokenize", "--lines");

        List<String> output = lines.out().lines().toList();
        assertThat(output).hasSize(3);
        assertThat(output.get(0)).isEqualTo(withInput("a\nb", "tokenize", "--json").out().strip());
        assertThat(output.get(1)).isEqualTo(withInput(" c ", "tokenize", "--json").out().strip());
        assertThat(output.get(2)).isEqualTo("{\"ids\":[],\"pieces\":[]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "[1]", "\"open", "\"a\" \"b\""})
    void lineThatIsNoJsonStringIsAFailure(String line) {
        Invocation lines = withInput("\"fine\"\n" + line + "\n", "tokenize", "--lines");

        assertThat(lines.exitCode()).isEqualTo(1);
        assertThat(lines.err()).startsWith("llm tokenize: standard input, line 2: expected a JSON string, found ");
        assertThat(lines.err().lines()).hasSize(1);
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::textValue).toList();
    }
}
