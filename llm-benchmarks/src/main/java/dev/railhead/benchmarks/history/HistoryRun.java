package dev.railhead.benchmarks.history;

import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Session;
import dev.railhead.benchmarks.Medians;
import dev.railhead.benchmarks.WorkClock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// One JVM's life: runs some tests in the order given, with models that stay open to the end. [HistoryBenchmark] starts it as
/// a process of its own.
final class HistoryRun implements AutoCloseable {
    /// A prompt of thousands of tokens takes seconds: a median needs three at least.
    private static final int LEAST_SAMPLES = 3;

    private final Path directory;
    private final int threads;
    private final int contextLength;
    private final long warmUpNanos;
    private final long nanos;
    private final Map<String, Opened> models = new LinkedHashMap<>(); // by type

    /// A loaded model with the only session it has.
    private record Opened(Model model, Session session) {}

    private HistoryRun(Path directory, int threads, int contextLength, long warmUpNanos, long nanos) {
        this.directory = directory;
        this.threads = threads;
        this.contextLength = contextLength;
        this.warmUpNanos = warmUpNanos;
        this.nanos = nanos;
    }

    /// Prints a line for each test: its name and tokens per second.
    ///
    /// @param args directory of the models, threads, nanoseconds of warm-up, nanoseconds of measuring, tests
    public static void main(String[] args) {
        List<SpeedTest> tests = Stream.of(args).skip(4).map(SpeedTest::parse).toList();
        int longest = tests.stream().mapToInt(SpeedTest::length).max().orElseThrow();
        try (HistoryRun run = new HistoryRun(Path.of(args[0]), Integer.parseInt(args[1]), longest,
                Long.parseLong(args[2]), Long.parseLong(args[3]))) {
            for (SpeedTest test : tests) {
                System.out.println(test + " " + run.tokensPerSecond(test));
            }
        }
    }

    /// The file of a type in the directory of the models.
    static Path file(Path directory, String type) {
        return directory.resolve(type + ".gguf");
    }

    private double tokensPerSecond(SpeedTest test) {
        Session session = models.computeIfAbsent(test.type(), this::open).session;
        long end = System.nanoTime() + warmUpNanos;
        do {
            test.run(session);
        } while (System.nanoTime() - end < 0);
        List<Double> speeds = new ArrayList<>();
        end = System.nanoTime() + nanos;
        while (speeds.size() < LEAST_SAMPLES || System.nanoTime() - end < 0) {
            long begin = WorkClock.nanos(threads);
            test.run(session);
            speeds.add(test.length() * 1e9 / Math.max(1, WorkClock.nanos(threads) - begin));
        }
        return Medians.of(speeds);
    }

    private Opened open(String type) {
        Model model = Model.load(file(directory, type),
                ModelOptions.defaults().withThreads(threads).withContextLength(contextLength));
        return new Opened(model, model.newSession());
    }

    @Override
    public void close() {
        models.values().forEach(opened -> opened.model.close());
    }
}
