package dev.railhead.cli;

import static dev.railhead.cli.Invocation.llm;
import static dev.railhead.cli.Invocation.withInput;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class EmbedCommandTest {
    private static final String TEXT = "Once upon a time";

    private static float[] vector(String line) throws IOException {
        return new ObjectMapper().readValue(line, float[].class);
    }

    @Test
    void eachTextIsALineWithAVectorOfLengthOne() throws IOException {
        Invocation two = llm("embed", TEXT, "there was a fox");

        assertThat(two.exitCode()).as(two.err()).isZero();
        assertThat(two.out().lines()).hasSize(2);
        double squares = 0;
        for (float value : vector(two.out().lines().findFirst().orElseThrow())) {
            squares += (double) value * value;
        }
        assertThat(squares).isCloseTo(1, within(1e-5));
        assertThat(two.out()).isEqualTo(llm("embed", TEXT).out() + llm("embed", "there was a fox").out());
        assertThat(withInput(TEXT, "embed").out()).isEqualTo(llm("embed", TEXT).out());
    }

    @Test
    void withoutPoolingEachTokenHasItsVector() throws IOException {
        float[][] states = new ObjectMapper().readValue(llm("embed", "--pooling", "none", TEXT).out(), float[][].class);

        assertThat(states.length).isEqualTo(llm("tokenize", "--no-parse-special", TEXT).out().split(",").length);
        assertThat(vector(llm("embed", "--raw", "--pooling", "last", TEXT).out()))
                .containsExactly(states[states.length - 1]);
        assertThat(vector(llm("embed", "--raw", "--pooling", "cls", TEXT).out())).containsExactly(states[0]);
    }

    @Test
    void aTextThatIsTooLongIsAFailureUnlessItIsToBeCut() {
        String longText = TEXT.repeat(20);
        Invocation refused = llm("embed", "-c", "16", longText);

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("expected at most 16 tokens");
        assertThat(llm("embed", "-c", "16", "--truncate", longText).exitCode()).isZero();
    }

    @Test
    void emptyInputGivesNoVector() {
        Invocation empty = withInput("", "embed");

        assertThat(empty.exitCode()).isEqualTo(2);
        assertThat(empty.err()).contains("empty");
    }
}
