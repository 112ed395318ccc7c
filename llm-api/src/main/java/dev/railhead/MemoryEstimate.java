package dev.railhead;

/// What a model needs in memory, in bytes. Estimates are from the header of the file.
///
/// @param fileBytes size of the weights in the file (mapped or read once)
/// @param weightBytes weights in anonymous memory: the packed size; vectors only for [LoadMode#MAPPED] and when a
///     [PackedCache] holds the matrices and they stay there ([PackedCache.Mode#MAP])
/// @param kvCacheBytesPerSession what one session keeps at its full context: keys and values of all positions, or of the
///     window and a prefill chunk in layers with a sliding window, and the states of recurrent layers
/// @param scratchBytes activations and other working memory of the model
/// @param vocabularyBytes heap of the tokenizer
public record MemoryEstimate(long fileBytes, long weightBytes, long kvCacheBytesPerSession, long scratchBytes,
        long vocabularyBytes) {
    /// The memory of the model with the given number of sessions at full context, without mapped files.
    public long total(int sessions) {
        return weightBytes + kvCacheBytesPerSession * sessions + scratchBytes + vocabularyBytes;
    }
}
