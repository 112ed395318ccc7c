package dev.railhead.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.railhead.ModelMetadata;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// One line of `llm bench`; the names in JSON are a contract.
///
/// @param model architecture, size and weight type
/// @param size bytes of the weights in the file
/// @param params number of weights
/// @param backend what computes
/// @param threads threads that compute
/// @param test the name of the test
/// @param promptLength tokens per prefill, 0 for a decode test
/// @param decodeLength tokens decoded one by one, 0 for a prefill test
/// @param depth tokens in the KV cache before the test begins
/// @param sequences sequences that are decoded together; 0, and not written, for a session
/// @param average mean of the samples, tokens/s
/// @param deviation sample standard deviation, tokens/s; 0 for one sample
/// @param samples tokens/s of each repetition
record BenchResult(String model, long size, long params, String backend, int threads, String test,
        @JsonProperty("n_prompt") int promptLength, @JsonProperty("n_gen") int decodeLength,
        @JsonProperty("n_depth") int depth,
        @JsonProperty("n_seq") @JsonInclude(JsonInclude.Include.NON_DEFAULT) int sequences,
        @JsonProperty("avg_ts") double average, @JsonProperty("stddev_ts") double deviation,
        @JsonProperty("samples_ts") double[] samples) {
    static BenchResult of(ModelMetadata metadata, String backend, int threads, BenchTest test) {
        String model = metadata.architecture() + " " + Units.count(metadata.parameterCount()) + " "
                + metadata.weightType();
        return new BenchResult(model, metadata.fileBytes(), metadata.parameterCount(), backend, threads, test.name(),
                test.promptLength(), test.decodeLength(), test.depth(), test.sequences(), mean(test.samples()),
                deviation(test.samples()), test.samples());
    }

    /// A Markdown table.
    static String table(List<BenchResult> results) {
        StringBuilder table = new StringBuilder("""
                | model | size | params | backend | threads | test | t/s |
                | --- | ---: | ---: | --- | ---: | ---: | ---: |
                """);
        for (BenchResult r : results) {
            table.append(String.format(Locale.ROOT, "| %s | %s | %s | %s | %d | %s | %.2f ± %.2f |%n", r.model,
                    Units.bytes(r.size), Units.count(r.params), r.backend, r.threads, r.test, r.average, r.deviation));
        }
        return table.toString().stripTrailing();
    }

    private static double mean(double[] samples) {
        return Arrays.stream(samples).average().orElse(0);
    }

    private static double deviation(double[] samples) {
        double mean = mean(samples);
        double squares = Arrays.stream(samples).map(s -> (s - mean) * (s - mean)).sum();
        return samples.length < 2 ? 0 : Math.sqrt(squares / (samples.length - 1));
    }
}
