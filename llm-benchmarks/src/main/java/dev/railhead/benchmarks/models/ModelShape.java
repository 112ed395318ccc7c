package dev.railhead.benchmarks.models;

import java.util.List;

/// The dimensions of a published model.
///
/// @param name what the command line calls it
/// @param architecture `general.architecture`
/// @param width embedding length
/// @param blockCount layers
/// @param feedForwardLength inner width of the feed-forward part
/// @param headCount query heads
/// @param kvHeadCount heads of keys and values
/// @param headLength values of a head
/// @param vocabularySize number of token ids
/// @param tied whether the token embedding is the output matrix too
/// @param headNorms whether queries and keys are normalised per head
/// @param ropeFreqBase base of the rotation angles
/// @param contextLength positions the model was trained for
/// @param rmsEpsilon added to the mean square in norms
record ModelShape(String name, String architecture, int width, int blockCount, int feedForwardLength, int headCount,
        int kvHeadCount, int headLength, int vocabularySize, boolean tied, boolean headNorms, float ropeFreqBase,
        int contextLength, float rmsEpsilon) {
    /// All shapes: Llama 3.2 1B, Llama 2 7B, Llama 160M (JackFram), SmolLM 135M, Qwen3 0.6B.
    static final List<ModelShape> ALL = List.of(
            new ModelShape("llama-1b", "llama", 2048, 16, 8192, 32, 8, 64, 128256, true, false, 500_000, 131072,
                    1e-5f),
            new ModelShape("llama-7b", "llama", 4096, 32, 11008, 32, 32, 128, 32000, false, false, 10_000, 4096,
                    1e-5f),
            new ModelShape("llama-160m", "llama", 768, 12, 3072, 12, 12, 64, 32000, false, false, 10_000, 2048, 1e-6f),
            new ModelShape("smollm-135m", "llama", 576, 30, 1536, 9, 3, 64, 49152, true, false, 10_000, 2048, 1e-5f),
            new ModelShape("qwen3-0.6b", "qwen3", 1024, 28, 3072, 16, 8, 128, 151936, true, true, 1_000_000, 40960,
                    1e-6f));

    /// The shape of a name.
    ///
    /// @throws IllegalArgumentException if there is none
    static ModelShape byName(String name) {
        return ALL.stream().filter(shape -> shape.name.equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("shape: expected one of "
                        + ALL.stream().map(ModelShape::name).toList() + ", found '" + name + "'"));
    }
}
