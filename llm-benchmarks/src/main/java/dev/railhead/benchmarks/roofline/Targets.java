package dev.railhead.benchmarks.roofline;

import dev.railhead.spi.CodeLayout;
import dev.railhead.spi.WeightType;
import java.util.OptionalDouble;

/// What the kernels are to reach, as fractions of what the machine does.
final class Targets {
    /// Of the bandwidth, in decode with all threads: the rest is for sums, scales and the ends of panels.
    private static final double DECODE = 0.85;

    /// Of the f32 peak, in prefill: 8, 16 and 32 bits are multiplied as f32, after unpacking.
    private static final double PREFILL = 0.80;

    /// Of the f32 peak, in prefill of 4-bit codes without a table, which are multiplied as 16-bit integers, two in each lane of f32.
    private static final double PREFILL_4_BITS = 1.30;

    private Targets() {}

    /// The target of a product, or empty: small batches have none, nor has prefill of 5- and 6-bit codes.
    ///
    /// @param step rows of activations
    /// @param allThreads whether all threads of the machine compute
    static OptionalDouble of(WeightType type, int step, boolean allThreads) {
        if (step == 1) {
            return allThreads ? OptionalDouble.of(DECODE) : OptionalDouble.empty();
        }
        CodeLayout codes = type.codes();
        if (step != RooflineBenchmark.PREFILL || (codes != null && (codes.bits() == 5 || codes.bits() == 6))) {
            return OptionalDouble.empty();
        }
        return OptionalDouble
                .of(codes != null && codes.bits() == 4 && codes.table() == null ? PREFILL_4_BITS : PREFILL);
    }
}
