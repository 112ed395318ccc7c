package dev.railhead.cli;

import static dev.railhead.cli.Invocation.llm;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class BenchCommandTest {
    @Test
    void jsonHasTheFieldsOfTheContract() {
        Invocation bench = llm("bench", "-p", "16,8", "-n", "4", "-r", "3", "-t", "1", "-o", "json", "--warm-up", "0");

        assertThat(bench.exitCode()).isZero();
        JsonNode json = bench.json();
        assertThat(json.isArray()).isTrue();
        assertThat(json).extracting(row -> row.get("test").textValue()).containsExactly("pp16", "pp8", "tg4");
        for (JsonNode row : json) {
            assertThat(ImmutableList.copyOf(row.fieldNames())).containsExactly("model", "size", "params", "backend",
                    "threads", "test", "n_prompt", "n_gen", "avg_ts", "stddev_ts", "samples_ts");
            assertThat(row.get("threads").intValue()).isEqualTo(1);
            assertThat(row.get("params").longValue()).isBetween(2_700_000L, 2_800_000L);
            assertThat(row.get("size").longValue()).isBetween(2_900_000L, 3_000_000L);
            double[] samples = StreamSupport.stream(row.get("samples_ts").spliterator(), false)
                    .mapToDouble(JsonNode::doubleValue).toArray();
            assertThat(samples).hasSize(3).doesNotContain(0);
            assertThat(row.get("avg_ts").doubleValue()).isBetween(Arrays.stream(samples).min().orElseThrow(),
                    Arrays.stream(samples).max().orElseThrow());
        }
        assertThat(json.get(0).get("n_prompt").intValue()).isEqualTo(16);
        assertThat(json.get(0).get("n_gen").intValue()).isZero();
        assertThat(json.get(2).get("n_prompt").intValue()).isZero();
        assertThat(json.get(2).get("n_gen").intValue()).isEqualTo(4);
    }

    @Test
    void zeroSkipsATestAndTheTableIsMarkdown() {
        Invocation bench = llm("bench", "-p", "0", "-n", "2", "-r", "1", "--warm-up", "0");

        assertThat(bench.exitCode()).isZero();
        assertThat(bench.err()).containsPattern("^\\[\\d.* loaded in .* s, .* GB/s\\]");
        assertThat(bench.out().lines()).hasSize(3);
        assertThat(bench.out()).startsWith("| model | size | params | backend | threads | test | t/s |")
                .contains("| tg2 |").contains(" ± 0.00 |").doesNotContain("pp");
    }
}
