package dev.railhead.cli;

import dev.railhead.Session;
import java.time.Duration;
import java.util.Random;

/// Measures one session. Each test starts at the same depth.
final class BenchRun {
    /// The just-in-time compiler needs more than one run to finish its work.
    private static final int WARM_UP_RUNS = 2;
    private static final long SEED = 42;

    private final Session session;
    private final int repetitions;
    private final Duration warmUp;
    private final Console console;
    private int depth;

    /// @param repetitions measurements of each test
    /// @param warmUp how long each test runs before it is measured, at least twice
    BenchRun(Session session, int repetitions, Duration warmUp, Console console) {
        this.session = session;
        this.repetitions = repetitions;
        this.warmUp = warmUp;
        this.console = console;
    }

    /// Feeds tokens, so that the tests that follow start behind them.
    ///
    /// @param tokens number of tokens; 0 for an empty KV cache
    void startAt(int tokens) {
        session.rewind(0);
        if (tokens > 0) {
            session.prefill(tokens(tokens));
        }
        depth = tokens;
    }

    /// Feeds a prompt of `length` tokens.
    BenchTest prefill(int length) {
        int[] tokens = tokens(length);
        return new BenchTest(length, 0, depth, 0, measure("pp" + length, length, () -> session.prefill(tokens)));
    }

    /// Feeds `length` tokens one by one, as if each had just been generated.
    BenchTest decode(int length) {
        int[] tokens = tokens(length);
        return new BenchTest(0, length, depth, 0, measure("tg" + length, length, () -> {
            for (int token : tokens) {
                session.decode(token);
            }
        }));
    }

    /// @return tokens per second of each repetition
    private double[] measure(String test, int tokens, Runnable work) {
        try (ProgressBar bar = new ProgressBar(console, test)) {
            long warmUpEnd = System.nanoTime() + warmUp.toNanos();
            for (int i = 0; i < WARM_UP_RUNS || System.nanoTime() - warmUpEnd < 0; i++) {
                time(work);
            }
            double[] samples = new double[repetitions];
            for (int i = 0; i < repetitions; i++) {
                bar.update(i, repetitions);
                samples[i] = tokens * 1e9 / time(work);
            }
            return samples;
        }
    }

    private long time(Runnable work) {
        session.rewind(depth);
        long begin = System.nanoTime();
        work.run();
        return Math.max(1, System.nanoTime() - begin);
    }

    private int[] tokens(int count) {
        return new Random(SEED).ints(count, 0, session.model().metadata().vocabularySize()).toArray();
    }
}
