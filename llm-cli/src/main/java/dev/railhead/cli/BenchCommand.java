package dev.railhead.cli;

import dev.railhead.Model;
import dev.railhead.ModelMetadata;
import dev.railhead.ModelOptions;
import dev.railhead.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `llm bench`: prefill and decode speed, measured as llama-bench does.
@Command(name = "bench", description = "Measures prefill (pp) and decode (tg) speed, warmed up, in tokens/s.")
final class BenchCommand implements Callable<Integer> {
    /// How the result is printed.
    enum Format {
        /// A Markdown table.
        MD,
        /// A JSON array.
        JSON
    }

    @Option(names = {"-p",
            "--n-prompt"}, paramLabel = "N", split = ",", defaultValue = "512", description = "Prompt lengths to feed, comma-separated; 0 skips the test. Default: ${DEFAULT-VALUE}.")
    private int[] promptLengths;

    @Option(names = {"-n",
            "--n-gen"}, paramLabel = "N", split = ",", defaultValue = "128", description = "Numbers of tokens to decode one by one; 0 skips the test. Default: ${DEFAULT-VALUE}.")
    private int[] decodeLengths;

    @Option(names = {"-r",
            "--repetitions"}, paramLabel = "N", defaultValue = "5", description = "Measurements of each test. Default: ${DEFAULT-VALUE}.")
    private int repetitions;

    @Option(names = "--warm-up", paramLabel = "SECONDS", defaultValue = "3", description = "How long each test runs, at least twice, before it is measured. Default: "
            + "${DEFAULT-VALUE}.")
    private int warmUpSeconds;

    @Option(names = {"-o",
            "--output"}, paramLabel = "FORMAT", defaultValue = "MD", description = "md or json. Default: md.")
    private Format format;

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Spec
    private CommandSpec command;

    private final Console console;

    @SuppressWarnings("NullAway.Init") // picocli sets the rest
    BenchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        checkRanges();
        ModelOptions options = load.toModelOptions();
        if (load.context() == 0) {
            options = options.withContextLength(longestTest());
        }
        List<BenchResult> results = new ArrayList<>();
        try (Model model = load.load(console, options); Session session = model.newSession()) {
            console.err().println("[" + RunReport.loading(model) + "]");
            BenchRun run = new BenchRun(session, repetitions, Duration.ofSeconds(warmUpSeconds), console);
            for (int length : promptLengths) {
                if (length > 0) {
                    results.add(result(model, options, "pp" + length, length, 0, run.prefill(length)));
                }
            }
            for (int length : decodeLengths) {
                if (length > 0) {
                    results.add(result(model, options, "tg" + length, 0, length, run.decode(length)));
                }
            }
        }
        console.out().println(format == Format.JSON ? Json.writeIndented(results) : BenchResult.table(results));
        return Llm.DONE;
    }

    private static BenchResult result(Model model, ModelOptions options, String test, int promptLength,
            int decodeLength, double[] samples) {
        ModelMetadata metadata = model.metadata();
        return BenchResult.of(metadata, model.backend(), options.effectiveThreads(), test, promptLength, decodeLength,
                samples);
    }

    private int longestTest() {
        return IntStream.concat(IntStream.of(promptLengths), IntStream.of(decodeLengths)).max().orElse(0);
    }

    private void checkRanges() {
        for (int length : promptLengths) {
            check(length >= 0, "-p", "0 or more", length);
        }
        for (int length : decodeLengths) {
            check(length >= 0, "-n", "0 or more", length);
        }
        check(repetitions >= 1, "-r", "1 or more", repetitions);
        check(warmUpSeconds >= 0, "--warm-up", "0 or more", warmUpSeconds);
        if (longestTest() == 0) {
            throw new CommandLine.ParameterException(command.commandLine(), "nothing to measure: -p and -n are 0");
        }
        if (load.context() > 0) {
            check(longestTest() <= load.context(), "-p or -n", "at most the context, " + load.context(),
                    longestTest());
        }
    }

    private void check(boolean valid, String option, String expected, int found) {
        if (!valid) {
            throw new CommandLine.ParameterException(command.commandLine(),
                    option + ": expected " + expected + ", found " + found);
        }
    }
}
