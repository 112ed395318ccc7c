package dev.railhead.cli;

import dev.railhead.GenerationOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// How tokens are chosen and when to stop. What is left out takes the model's defaults.
final class SamplingOptions {
    @Option(names = {"-n",
            "--max-tokens"}, paramLabel = "N", description = "Tokens to generate at most (default: until the model ends or the context is full).")
    private @Nullable Integer maxTokens;

    @Option(names = "--temp", paramLabel = "T", description = "Temperature; 0 is greedy.")
    private @Nullable Double temperature;

    @Option(names = "--top-k", paramLabel = "K", description = "Keep the K most likely tokens; 0 keeps all.")
    private @Nullable Integer topK;

    @Option(names = "--top-p", paramLabel = "P", description = "Keep tokens up to this probability mass.")
    private @Nullable Double topP;

    @Option(names = "--min-p", paramLabel = "P", description = "Keep tokens at least this fraction as likely as the best.")
    private @Nullable Double minP;

    @Option(names = {"-s", "--seed"}, paramLabel = "S", description = "Seed of the random choice.")
    private @Nullable Long seed;

    @Option(names = "--greedy", description = "Always the most likely token; the same as --temp 0.")
    private boolean greedy;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /// Set by picocli.
    @SuppressWarnings("NullAway.Init")
    SamplingOptions() {}

    /// The options.
    ///
    /// @throws CommandLine.ParameterException if a number is out of range or options contradict each other
    GenerationOptions toGenerationOptions() {
        if (greedy && temperature != null && temperature != 0) {
            throw usage("--greedy means --temp 0, but --temp is " + temperature + ": leave one of them out");
        }
        GenerationOptions.Builder builder = GenerationOptions.builder();
        try {
            if (greedy) {
                builder.temperature(0);
            } else if (temperature != null) {
                builder.temperature(temperature);
            }
            if (maxTokens != null) {
                builder.maxTokens(maxTokens);
            }
            if (topK != null) {
                builder.topK(topK);
            }
            if (topP != null) {
                builder.topP(topP);
            }
            if (minP != null) {
                builder.minP(minP);
            }
            if (seed != null) {
                builder.seed(seed);
            }
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        return builder.build();
    }

    private CommandLine.ParameterException usage(@Nullable String message) {
        return new CommandLine.ParameterException(command.commandLine(), message);
    }
}
