package dev.railhead;

/// Sampling parameters to use where [GenerationOptions] leaves them open.
///
/// @param temperature divides the logits; 0 means greedy
/// @param topK most likely tokens to keep; 0 means all
/// @param topP probability mass to keep, in [0, 1]; 1 means all
/// @param minP keep tokens at least this fraction as likely as the best, in [0, 1]; 0 means all
public record SamplingDefaults(float temperature, int topK, float topP, float minP) {
    /// Railhead's own defaults, those of llama.cpp.
    public static final SamplingDefaults STANDARD = new SamplingDefaults(0.8f, 40, 0.95f, 0.05f);
}
