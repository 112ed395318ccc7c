package dev.railhead.examples.spring;

import dev.railhead.FinishReason;

/// Published when a generation has ended, for metrics and the like.
///
/// @param reason why it ended
/// @param tokens number of generated tokens
public record GenerationFinished(FinishReason reason, int tokens) {}
