package dev.railhead.benchmarks.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The command line of [HistoryBenchmark].
///
/// @param shape shape of the models
/// @param types their types
/// @param prompts lengths of prefill
/// @param decode tokens of decode
/// @param threads threads that compute
/// @param warmUpSeconds how long each test runs before it is measured
/// @param seconds how long it is measured
/// @param rounds how often everything is repeated; the median counts
record HistoryOptions(String shape, List<String> types, List<Integer> prompts, int decode, int threads,
        double warmUpSeconds, double seconds, int rounds) {
    /// All options with their defaults: a type for each packed form, lengths around and far beyond a chunk.
    private static final Map<String, String> DEFAULTS = Map.of("--shape", "llama-160m", "--types",
            "Q4_0,Q4_K_M,Q6_K,Q8_0,F16", "--prompts", "64,512,1000,2048,4096", "--decode", "64", "--threads",
            Integer.toString(Runtime.getRuntime().availableProcessors()), "--warm-up", "3", "--seconds", "2",
            "--rounds",
            "1");

    static final String USAGE = "usage: [--shape SHAPE] [--types TYPE,...] [--prompts N,...] [--decode N] [--threads N]"
            + " [--warm-up SECONDS] [--seconds SECONDS] [--rounds N]";

    /// Reads the arguments.
    ///
    /// @throws IllegalArgumentException if an option is unknown, has no value or one that is out of range
    static HistoryOptions parse(String... args) {
        Map<String, String> values = new HashMap<>(DEFAULTS);
        for (int i = 0; i < args.length; i += 2) {
            if (!DEFAULTS.containsKey(args[i]) || i + 1 == args.length) {
                throw new IllegalArgumentException("unknown option or no value: " + args[i]);
            }
            values.put(args[i], args[i + 1]);
        }
        return new HistoryOptions(value(values, "--shape"), List.of(value(values, "--types").split(",")),
                Stream.of(value(values, "--prompts").split(",")).map(n -> count("--prompts", n)).toList(),
                count("--decode", value(values, "--decode")), count("--threads", value(values, "--threads")),
                seconds(values, "--warm-up"), seconds(values, "--seconds"),
                count("--rounds", value(values, "--rounds")));
    }

    private static String value(Map<String, String> values, String option) {
        return values.getOrDefault(option, "");
    }

    private static int count(String option, String text) {
        if (!text.matches("[1-9][0-9]{0,5}")) {
            throw new IllegalArgumentException(option + ": expected 1 to 999999, found '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    private static double seconds(Map<String, String> values, String option) {
        String text = value(values, option);
        if (!text.matches("[0-9]{1,4}(\\.[0-9]{1,3})?")) {
            throw new IllegalArgumentException(option + ": expected seconds, such as 0.5, found '" + text + "'");
        }
        return Double.parseDouble(text);
    }

    /// All tests, type by type, prompts first.
    List<SpeedTest> tests() {
        List<SpeedTest> tests = new ArrayList<>();
        for (String type : types) {
            prompts.forEach(length -> tests.add(new SpeedTest(type, true, length)));
            tests.add(new SpeedTest(type, false, decode));
        }
        return tests;
    }
}
