package dev.railhead;

/// Why a generation ended.
public enum FinishReason {
    /// The model produced one of its end-of-generation tokens.
    END_TOKEN,
    /// A stop string appeared.
    STOP_STRING,
    /// The maximum number of tokens was generated.
    MAX_TOKENS,
    /// The context is full.
    CONTEXT_FULL,
    /// It was cancelled, by a [Cancellation], an interrupt, or the closing of its stream, session or model.
    CANCELLED,
    /// The [timeout][GenerationOptions.Builder#timeout(java.time.Duration)] of the whole generation passed.
    TIMEOUT,
    /// The [firstTokenTimeout][GenerationOptions.Builder#firstTokenTimeout(java.time.Duration)] passed.
    FIRST_TOKEN_TIMEOUT,
    /// The [queueTimeout][GenerationOptions.Builder#queueTimeout(java.time.Duration)] passed.
    QUEUE_TIMEOUT
}
