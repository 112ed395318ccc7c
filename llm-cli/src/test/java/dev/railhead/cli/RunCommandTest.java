package dev.railhead.cli;

import static dev.railhead.cli.Invocation.llm;
import static dev.railhead.cli.Invocation.withInput;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import org.junit.jupiter.api.Test;

class RunCommandTest {
    @Test
    void textGoesToStandardOutputAndStatisticsToStandardError() {
        Invocation run = llm("run", "Once upon a time", "-n", "8", "--greedy");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isNotBlank().endsWith(System.lineSeparator()).doesNotContain("tokens/s");
        assertThat(run.err()).containsPattern("MiB loaded in \\d+\\.\\d\\d s, \\d+\\.\\d\\d GB/s; ")
                .contains("8 generated tokens", "first token after", "prefill", "decode", "tokens/s",
                        "finish: length");
    }

    @Test
    void jsonHasTheFieldsOfTheContract() {
        Invocation run = llm("run", "Once upon a time", "-n", "8", "--greedy", "--json");

        assertThat(run.exitCode()).isZero();
        JsonNode json = run.json();
        assertThat(ImmutableList.copyOf(json.fieldNames())).containsExactly("promptTokens", "tokens", "text",
                "finishReason", "usage", "timings");
        assertThat(json.get("promptTokens").size()).isPositive();
        assertThat(json.get("tokens").size()).isEqualTo(8);
        assertThat(json.get("text").textValue()).isEqualTo(
                llm("run", "Once upon a time", "-n", "8", "--greedy").out().replaceFirst("\\R$", ""));
        assertThat(json.get("finishReason").textValue()).isEqualTo("length");
        JsonNode usage = json.get("usage");
        assertThat(usage.get("promptTokens").intValue()).isEqualTo(json.get("promptTokens").size());
        assertThat(usage.get("completionTokens").intValue()).isEqualTo(8);
        assertThat(usage.get("totalTokens").intValue()).isEqualTo(json.get("promptTokens").size() + 8);
        assertThat(ImmutableList.copyOf(json.get("timings").fieldNames())).containsExactly("loadMs",
                "timeToFirstTokenMs", "prefillMs", "prefillTokensPerSecond", "decodeMs", "decodeTokensPerSecond",
                "totalMs");
    }

    @Test
    void modelThatEndsStops() {
        Invocation run = llm("run",
                "<|im_start|>user\nWhat is the capital of Norway?<|im_end|>\n<|im_start|>assistant\n",
                "--greedy", "--json");

        assertThat(run.json().get("text").textValue()).isEqualTo("The capital of Norway is Oslo.");
        assertThat(run.json().get("finishReason").textValue()).isEqualTo("stop");
    }

    @Test
    void promptComesFromStandardInputUntrimmed() {
        Invocation piped = withInput("Once upon a time \n", "run", "-n", "0", "--json");
        Invocation argument = llm("run", "Once upon a time \n", "-n", "0", "--json");

        assertThat(piped.json().get("promptTokens")).isEqualTo(argument.json().get("promptTokens"))
                .isNotEqualTo(llm("run", "Once upon a time", "-n", "0", "--json").json().get("promptTokens"));
    }

    @Test
    void demoModelHasAPromptOfItsOwn() {
        assertThat(llm("run", "-n", "4", "--greedy").out())
                .isEqualTo(llm("run", "Once upon a time", "-n", "4", "--greedy").out());
    }

    @Test
    void sameSeedSameText() {
        Invocation first = llm("run", "Once upon a time", "-n", "16", "--temp", "1.2", "--seed", "3");
        Invocation second = llm("run", "Once upon a time", "-n", "16", "--temp", "1.2", "--seed", "3");
        Invocation third = llm("run", "Once upon a time", "-n", "16", "--temp", "1.2", "--seed", "4");

        assertThat(second.out()).isEqualTo(first.out()).isNotEqualTo(third.out());
    }

    @Test
    void emptyPromptWithoutBosIsAUsageError() {
        Invocation run = llm("run", "");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("the prompt is empty");
    }

    @Test
    void contradictingOptionsAreAUsageError() {
        Invocation run = llm("run", "x", "--greedy", "--temp", "0.5");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--greedy means --temp 0, but --temp is 0.5: leave one of them out");
    }
}
