package dev.railhead.cli;

import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `llm bench`: prefill and decode speed, measured as llama-bench does.
@Command(name = "bench", description = "Measures prefill (pp) and decode (tg) speed, warmed up, in tokens/s; or the "
        + "kernels beside what the machine can do.")
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

    @Option(names = {"-d",
            "--depth",
            "--n-depth"}, paramLabel = "N", split = ",", defaultValue = "0", description = "Tokens in the KV cache before each test, comma-separated. Default: ${DEFAULT-VALUE}.")
    private int[] depths;

    @Option(names = "--sequences", paramLabel = "N", split = ",", description = "Decodes so many sequences together, comma-separated, such as 1,2,4,8,16; tokens/s of all of "
            + "them.")
    private int @Nullable [] sequences;

    @Mixin
    private RooflineSelection roofline = new RooflineSelection();

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
    public Integer call() throws IOException {
        check(repetitions >= 1, "-r", "1 or more", repetitions);
        check(warmUpSeconds >= 0, "--warm-up", "0 or more", warmUpSeconds);
        if (roofline.isAsked()) {
            allowOnly("--roofline", "--roofline", "--types", "--size", "-t", "-r", "--warm-up", "-o", "--verbose");
            int threads = load.toModelOptions().effectiveThreads();
            RooflineBench.run(roofline.toOptions(threads, repetitions, warmUp()), format, console);
            return Llm.DONE;
        }
        checkLengths();
        List<BenchResult> results = sequences == null ? sessionTests() : sequenceTests(sequences);
        console.out().println(format == Format.JSON ? Json.writeIndented(results) : BenchResult.table(results));
        return Llm.DONE;
    }

    private List<BenchResult> sessionTests() {
        ModelOptions options = load.toModelOptions();
        if (load.context() == 0) {
            options = options.withContextLength(longestTest());
        }
        List<BenchTest> tests = new ArrayList<>();
        try (Model model = load.load(console, options); Session session = model.newSession()) {
            console.err().println("[" + RunReport.loading(model) + "]");
            BenchRun run = new BenchRun(session, repetitions, warmUp(), console);
            for (int depth : depths) {
                run.startAt(depth);
                IntStream.of(promptLengths).filter(length -> length > 0).mapToObj(run::prefill).forEach(tests::add);
                IntStream.of(decodeLengths).filter(length -> length > 0).mapToObj(run::decode).forEach(tests::add);
            }
            int threads = options.effectiveThreads();
            return tests.stream().map(test -> BenchResult.of(model.metadata(), model.backend(), threads, test))
                    .toList();
        }
    }

    private List<BenchResult> sequenceTests(int[] counts) throws IOException {
        allowOnly("--sequences", "--sequences", "-m", "--tokenizer", "-n", "-d", "-t", "-r", "--warm-up", "-o",
                "--verbose");
        for (int count : counts) {
            check(count >= 1, "--sequences", "1 or more", count);
        }
        var bench = new SequenceBench(counts, repetitions, warmUp(), console);
        try (ModelFile file = load.openFile()) {
            ModelOptions options = load.toModelOptions().withContextLength(longestTest());
            return bench.run(file.source(), options, depths, decodeLengths);
        }
    }

    private Duration warmUp() {
        return Duration.ofSeconds(warmUpSeconds);
    }

    private int longestTest() {
        int length = sequences == null ? Math.max(max(promptLengths), max(decodeLengths)) : max(decodeLengths);
        long longest = (long) max(depths) + length;
        return (int) Math.min(longest, Integer.MAX_VALUE);
    }

    private static int max(int[] values) {
        return IntStream.of(values).max().orElse(0);
    }

    private void checkLengths() {
        for (int length : promptLengths) {
            check(length >= 0, "-p", "0 or more", length);
        }
        for (int length : decodeLengths) {
            check(length >= 0, "-n", "0 or more", length);
        }
        for (int depth : depths) {
            check(depth >= 0, "-d", "0 or more", depth);
        }
        if (max(decodeLengths) == 0 && (sequences != null || max(promptLengths) == 0)) {
            throw new CommandLine.ParameterException(command.commandLine(),
                    "nothing to measure: " + (sequences == null ? "-p and -n are 0" : "-n is 0"));
        }
        if (load.context() > 0) {
            check(longestTest() <= load.context(), "-p or -n, and -d", "at most the context, " + load.context(),
                    longestTest());
        }
    }

    /// Refuses options that would do nothing.
    private void allowOnly(String mode, String... options) {
        for (OptionSpec given : command.commandLine().getParseResult().matchedOptions()) {
            if (Stream.of(options).noneMatch(Arrays.asList(given.names())::contains)) {
                throw new CommandLine.ParameterException(command.commandLine(),
                        given.longestName() + ": can't be given beside " + mode);
            }
        }
    }

    private void check(boolean valid, String option, String expected, Object found) {
        if (!valid) {
            throw new CommandLine.ParameterException(command.commandLine(),
                    option + ": expected " + expected + ", found " + found);
        }
    }
}
