package dev.railhead.benchmarks.history;

import java.util.List;

/// What one test did in JVMs with different histories.
///
/// @param test the test
/// @param alone tokens per second in a JVM of its own
/// @param others tokens per second in each JVM that ran all tests, by order
record HistoryResult(SpeedTest test, double alone, List<Double> others) {
    /// The slowest of all orders, as a fraction of the speed alone.
    double worst() {
        return others.stream().mapToDouble(speed -> speed / alone).min().orElseThrow();
    }
}
