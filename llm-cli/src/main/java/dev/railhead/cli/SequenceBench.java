package dev.railhead.cli;

import dev.railhead.ModelMetadata;
import dev.railhead.ModelOptions;
import dev.railhead.benchmarks.WorkClock;
import dev.railhead.benchmarks.batch.BatchedDecode;
import dev.railhead.core.session.KvCacheTypes;
import dev.railhead.core.session.MemoryLimits;
import dev.railhead.core.session.MetadataSummary;
import dev.railhead.core.session.ModelLoader;
import dev.railhead.cpu.CpuBackendProvider;
import dev.railhead.spi.Backend;
import dev.railhead.spi.ModelSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// `llm bench --sequences`: several sequences decoded together, one token of each in a step. Sessions of an application
/// take turns and don't do that; this measures what the kernels would give.
final class SequenceBench {
    private static final int WARM_UP_RUNS = 2;

    private final int[] counts;
    private final int repetitions;
    private final Duration warmUp;
    private final Console console;

    /// @param counts numbers of sequences
    /// @param repetitions measurements of each test
    /// @param warmUp how long the tests of each length and depth run before they are measured, at least twice
    SequenceBench(int[] counts, int repetitions, Duration warmUp, Console console) {
        this.counts = counts;
        this.repetitions = repetitions;
        this.warmUp = warmUp;
        this.console = console;
    }

    /// Measures all depths and lengths.
    ///
    /// @param file stays open
    /// @param options its context length is that of each sequence
    /// @throws Failure if the Vector API is missing, or memory is
    List<BenchResult> run(ModelSource file, ModelOptions options, int[] depths, int[] lengths) {
        var provider = new CpuBackendProvider();
        provider.unavailable().ifPresent(reason -> {
            throw new Failure("--sequences: " + reason);
        });
        checkMemory(file, options);
        ModelMetadata metadata = MetadataSummary.of(file);
        Backend backend = provider.create(options.effectiveThreads());
        List<BenchResult> results = new ArrayList<>();
        try (BatchedDecode batch = load(file, backend, options, metadata.vocabularySize())) {
            for (int depth : depths) {
                batch.fill(depth);
                for (int length : lengths) {
                    if (length > 0) {
                        measure(batch, options.effectiveThreads(), depth, length)
                                .forEach(test -> results.add(BenchResult.of(metadata,
                                        backend.description(), options.effectiveThreads(), test)));
                    }
                }
            }
        }
        return results;
    }

    private void checkMemory(ModelSource file, ModelOptions options) {
        long needed = ModelLoader.estimate(file, options).total(max(counts));
        long available = MemoryLimits.available();
        if (needed > available) {
            throw new Failure("--sequences: expected at most " + Units.bytes(available) + " of memory, needed "
                    + Units.bytes(needed) + " for the model and " + max(counts) + " sequences of "
                    + options.contextLength() + " positions; measure fewer, or less of each (-n, -d)");
        }
    }

    private BatchedDecode load(ModelSource file, Backend backend, ModelOptions options, int vocabulary) {
        try (ProgressBar bar = new ProgressBar(console, "loading")) {
            return new BatchedDecode(file, backend, KvCacheTypes.of(file, options), vocabulary, max(counts),
                    options.contextLength(), bar::update);
        }
    }

    /// Takes turns between the counts, so that a machine which slows down does so for all of them.
    private List<BenchTest> measure(BatchedDecode batch, int threads, int depth, int length) {
        double[][] samples = new double[counts.length][repetitions];
        try (ProgressBar bar = new ProgressBar(console, "tg" + length)) {
            long warmUpEnd = System.nanoTime() + warmUp.toNanos();
            for (int run = 0; run < WARM_UP_RUNS || System.nanoTime() - warmUpEnd < 0; run++) {
                for (int count : counts) {
                    batch.decode(count, depth, length);
                }
            }
            for (int run = 0; run < repetitions; run++) {
                bar.update(run, repetitions);
                for (int i = 0; i < counts.length; i++) {
                    long begin = WorkClock.nanos(threads);
                    batch.decode(counts[i], depth, length);
                    samples[i][run] = counts[i] * length * 1e9 / Math.max(1, WorkClock.nanos(threads) - begin);
                }
            }
        }
        List<BenchTest> tests = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            tests.add(new BenchTest(0, length, depth, counts[i], samples[i]));
        }
        return tests;
    }

    private static int max(int[] values) {
        return Arrays.stream(values).max().orElse(0);
    }
}
