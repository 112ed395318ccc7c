package dev.railhead.benchmarks.roofline;

import java.util.List;

/// What a run of [RooflineBenchmark] found.
///
/// @param vectorBits width of the vectors
/// @param bufferBytes size of the buffer that was read
/// @param matrixBytes least packed size of the matrices for decode and small batches
/// @param limits what the machine does, with 1 thread and with all
/// @param kernels the kernels, type by type, with 1 thread and with all, by rows of activations
public record RooflineResult(int vectorBits, long bufferBytes, long matrixBytes, List<Limits> limits,
        List<KernelSpeed> kernels) {
    /// What the machine does: medians of all rounds of all types.
    ///
    /// @param threads threads that were at work
    /// @param gigabytes memory read per second, in GB
    /// @param gigaMultiplyAdds f32 multiply-adds per second, in billions
    public record Limits(int threads, double gigabytes, double gigaMultiplyAdds) {}
}
