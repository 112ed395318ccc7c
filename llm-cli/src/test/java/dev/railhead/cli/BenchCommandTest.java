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
                    "threads", "test", "n_prompt", "n_gen", "n_depth", "avg_ts", "stddev_ts", "samples_ts");
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

    @Test
    void everyTestRunsAtEveryDepth() {
        Invocation bench = llm("bench", "-p", "8", "-n", "4", "-d", "0,100", "-r", "1", "-o", "json", "--warm-up", "0");

        assertThat(bench.exitCode()).isZero();
        JsonNode json = bench.json();
        assertThat(json).extracting(row -> row.get("test").textValue()).containsExactly("pp8", "tg4", "pp8 @ d100",
                "tg4 @ d100");
        assertThat(json).extracting(row -> row.get("n_depth").intValue()).containsExactly(0, 0, 100, 100);
        assertThat(json).extracting(row -> row.get("n_prompt").intValue()).containsExactly(8, 0, 8, 0);
        assertThat(json).extracting(row -> row.get("avg_ts").doubleValue()).allMatch(speed -> speed > 0);
    }

    @Test
    void sequencesAreDecodedTogether() {
        Invocation bench = llm("bench", "--sequences", "1,3", "-n", "4", "-d", "70", "-r", "2", "-t", "2", "-o", "json",
                "--warm-up", "0");

        assertThat(bench.exitCode()).isZero();
        JsonNode json = bench.json();
        assertThat(json).extracting(row -> row.get("test").textValue()).containsExactly("tg4 x 1 @ d70",
                "tg4 x 3 @ d70");
        assertThat(json).extracting(row -> row.get("n_seq").intValue()).containsExactly(1, 3);
        assertThat(json).extracting(row -> row.get("samples_ts").size()).containsExactly(2, 2);
        assertThat(json).extracting(row -> row.get("avg_ts").doubleValue()).allMatch(speed -> speed > 0);
        assertThat(json.get(0).get("params").longValue()).isBetween(2_700_000L, 2_800_000L);
    }

    @Test
    void sequencesThatDoNotFitMemoryAreRefused() {
        Invocation bench = llm("bench", "--sequences", "1,99999", "-n", "4", "-d", "999999");

        assertThat(bench.exitCode()).isEqualTo(1);
        assertThat(bench.err()).startsWith("llm bench: --sequences: expected at most ")
                .contains(" for the model and 99999 sequences of 1000003 positions; measure fewer, or less of each");
    }

    @Test
    void rooflineHasTheFieldsOfTheContract() {
        Invocation bench = llm("bench", "--roofline", "--types", "Q4_0,Q6_K", "--size", "1", "-r", "1", "-t", "1", "-o",
                "json", "--warm-up", "0");

        assertThat(bench.exitCode()).isZero();
        JsonNode json = bench.json();
        assertThat(ImmutableList.copyOf(json.fieldNames())).containsExactly("vector_bits", "buffer_bytes",
                "matrix_bytes", "machine", "kernels");
        assertThat(json.get("matrix_bytes").longValue()).isEqualTo(1 << 20);
        assertThat(json.get("machine")).hasSize(1);
        assertThat(ImmutableList.copyOf(json.get("machine").get(0).fieldNames())).containsExactly("threads", "read_gbs",
                "f32_gmadds");
        assertThat(json.get("kernels")).extracting(row -> row.get("type").textValue() + " " + row.get("n_rows"))
                .containsExactly("Q4_0 1", "Q4_0 2", "Q4_0 4", "Q4_0 8", "Q4_0 12", "Q4_0 512", "Q6_K 1", "Q6_K 2",
                        "Q6_K 4", "Q6_K 8", "Q6_K 12", "Q6_K 512");
        for (JsonNode row : json.get("kernels")) {
            assertThat(ImmutableList.copyOf(row.fieldNames())).containsExactly("type", "n_rows", "threads", "gbs",
                    "gmadds", "of_read", "of_f32", "target");
            assertThat(row.get("gbs").doubleValue()).isPositive();
        }
        assertThat(json.get("kernels").get(5).get("target").doubleValue()).isEqualTo(1.3);
        assertThat(json.get("kernels").get(11).get("target").isNull()).isTrue();
    }
}
