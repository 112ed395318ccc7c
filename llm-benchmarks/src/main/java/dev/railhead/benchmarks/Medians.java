package dev.railhead.benchmarks;

import java.util.Arrays;
import java.util.Collection;

/// The middle of some measurements.
public final class Medians {
    private Medians() {}

    /// The median; the mean of the middle two of an even number.
    ///
    /// @throws IllegalArgumentException if there is none
    public static double of(Collection<Double> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("median: expected at least one sample, found none");
        }
        double[] sorted = samples.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1).average().orElseThrow();
    }
}
