package dev.railhead.spi;

/// The dimensions of an attention layer.
///
/// @param headCount query heads
/// @param kvHeadCount heads of keys and values; a divisor of `headCount`
/// @param keyLength values of a query or key head
/// @param valueLength values of a value head
/// @param scale multiplies the scores, usually 1/√keyLength
public record AttentionShape(int headCount, int kvHeadCount, int keyLength, int valueLength, float scale) {}
