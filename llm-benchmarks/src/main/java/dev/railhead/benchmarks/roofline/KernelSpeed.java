package dev.railhead.benchmarks.roofline;

import java.util.OptionalDouble;

/// The matrix product of one weight type with so many rows of activations: medians of all rounds.
///
/// @param type GGUF's name of the weight type
/// @param step rows of activations: 1 is decode
/// @param threads threads that computed
/// @param gigabytes packed weights read per second, each of them once, in GB
/// @param gigaMultiplyAdds products added per second, in billions
/// @param ofBandwidth `gigabytes` as a fraction of what the same threads read in the same round
/// @param ofPeak `gigaMultiplyAdds` as a fraction of the f32 multiply-adds of the same threads in the same round
/// @param target the fraction to be reached, of the bandwidth for one row, else of the peak; empty where none is set
public record KernelSpeed(String type, int step, int threads, double gigabytes, double gigaMultiplyAdds,
        double ofBandwidth, double ofPeak, OptionalDouble target) {
    /// The fraction that [#target()] is about.
    public double fraction() {
        return step == 1 ? ofBandwidth : ofPeak;
    }
}
