package dev.railhead.benchmarks.history;

import dev.railhead.benchmarks.Medians;
import dev.railhead.benchmarks.models.SyntheticModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/// Shows whether speed depends on history. Each test, prefill of some length or decode with weights of some type, runs alone
/// in a fresh JVM; then all run in one JVM, with all models loaded, in several orders, each in a fresh JVM again. What the
/// compiler learned from one model or length must not slow down another.
///
/// `--types Q4_0,Q8_0 --prompts 64,512 --decode 64 --threads N --rounds 1 …`; [HistoryOptions] has all of them.
public final class HistoryBenchmark {
    private static final long SEED = 42;

    /// What the orders are called in the table.
    private static final List<String> ORDERS = List.of("prefill first", "decode first", "shuffled");

    private final HistoryOptions options;
    private final Path directory;

    /// Tokens per second, round by round: alone, then by order.
    private final Map<SpeedTest, List<List<Double>>> speeds = new LinkedHashMap<>();

    private HistoryBenchmark(HistoryOptions options, Path directory) {
        this.options = options;
        this.directory = directory;
    }

    /// The command line.
    public static void main(String[] args) throws IOException, InterruptedException {
        try {
            System.out.println(run(HistoryOptions.parse(args)));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + HistoryOptions.USAGE);
            System.exit(2);
        }
    }

    /// Writes the models, measures, deletes them.
    private static String run(HistoryOptions options) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("railhead-history");
        try {
            for (String type : options.types()) {
                SyntheticModel.write(options.shape(), type, SEED, HistoryRun.file(directory, type));
            }
            return run(options, directory);
        } finally {
            for (String type : options.types()) {
                Files.deleteIfExists(HistoryRun.file(directory, type));
            }
            Files.delete(directory);
        }
    }

    /// Measures.
    ///
    /// @param directory has a model for each type, see [HistoryRun#file(Path, String)]
    /// @return a Markdown table
    /// @throws IllegalStateException if a process fails
    static String run(HistoryOptions options, Path directory) throws IOException, InterruptedException {
        return new HistoryBenchmark(options, directory).run();
    }

    private String run() throws IOException, InterruptedException {
        List<SpeedTest> tests = options.tests();
        for (SpeedTest test : tests) {
            speeds.put(test, Stream.generate(() -> (List<Double>) new ArrayList<Double>()).limit(1 + ORDERS.size())
                    .toList());
        }
        for (int round = 0; round < options.rounds(); round++) {
            for (SpeedTest test : tests) {
                measure(0, List.of(test));
            }
            measure(1, tests);
            measure(2, tests.reversed());
            List<SpeedTest> shuffled = new ArrayList<>(tests);
            Collections.shuffle(shuffled, new Random(SEED + round));
            measure(3, shuffled);
        }
        return HistoryTable.of(ORDERS, speeds.entrySet().stream()
                .map(entry -> result(entry.getKey(), entry.getValue().stream().map(Medians::of).toList())).toList());
    }

    private static HistoryResult result(SpeedTest test, List<Double> medians) {
        return new HistoryResult(test, medians.getFirst(), medians.subList(1, medians.size()));
    }

    private void measure(int column, List<SpeedTest> order) throws IOException, InterruptedException {
        System.err.println((column == 0 ? "alone: " : ORDERS.get(column - 1) + ": ") + order.size() + " tests, "
                + order.getFirst() + " …");
        Map<SpeedTest, Double> found = inFreshJvm(order);
        for (SpeedTest test : order) {
            Double speed = found.get(test);
            if (speed == null) {
                throw new IllegalStateException("the process reported no speed for " + test);
            }
            speeds.getOrDefault(test, List.of()).get(column).add(speed);
        }
    }

    private Map<SpeedTest, Double> inFreshJvm(List<SpeedTest> order) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
                "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), HistoryRun.class.getName(), directory.toString(),
                Integer.toString(options.threads()), Long.toString((long) (options.warmUpSeconds() * 1e9)),
                Long.toString((long) (options.seconds() * 1e9))));
        order.forEach(test -> command.add(test.toString()));
        Path errors = Files.createTempFile(directory, "errors", ".txt");
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        Map<SpeedTest, Double> found = new HashMap<>();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                String[] words = line.split(" ");
                found.put(SpeedTest.parse(words[0]), Double.parseDouble(words[1]));
            }
            int exitCode = process.waitFor();
            if (exitCode != 0) {
                throw new IllegalStateException("exit code " + exitCode + " of " + String.join(" ", command) + "\n"
                        + Files.readString(errors));
            }
        } finally {
            process.destroyForcibly();
            Files.delete(errors);
        }
        return found;
    }
}
