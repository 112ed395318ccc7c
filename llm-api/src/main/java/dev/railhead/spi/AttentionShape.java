package dev.railhead.spi;

import org.jspecify.annotations.Nullable;

/// The dimensions and the rules of an attention layer.
///
/// @param headCount query heads
/// @param kvHeadCount heads of keys and values; a divisor of `headCount`
/// @param keyLength values of a query or key head
/// @param valueLength values of a value head
/// @param scale multiplies the scores, usually 1/√keyLength
/// @param mask which positions a query sees
/// @param softcap if above 0, a score s becomes `softcap · tanh(s / softcap)` (Gemma 2)
/// @param sinks for each query head the score of a position that has no value and that every query sees (gpt-oss), neither
///     scaled nor capped; null for none. Not copied, not to be changed.
/// @param bias is added to the scaled scores, before they are capped (T5); null for none
public record AttentionShape(int headCount, int kvHeadCount, int keyLength, int valueLength, float scale,
        AttentionMask mask, float softcap, float @Nullable [] sinks, @Nullable PositionBias bias) {
    /// Causal attention over all positions.
    ///
    /// @param headCount query heads
    /// @param kvHeadCount heads of keys and values
    /// @param keyLength values of a query or key head
    /// @param valueLength values of a value head
    /// @param scale multiplies the scores
    public AttentionShape(int headCount, int kvHeadCount, int keyLength, int valueLength, float scale) {
        this(headCount, kvHeadCount, keyLength, valueLength, scale, AttentionMask.CAUSAL, 0, null, null);
    }

    /// This shape with another mask.
    public AttentionShape withMask(AttentionMask other) {
        return new AttentionShape(headCount, kvHeadCount, keyLength, valueLength, scale, other, softcap, sinks, bias);
    }

    /// This shape with another factor of the scores.
    public AttentionShape withScale(float other) {
        return new AttentionShape(headCount, kvHeadCount, keyLength, valueLength, other, mask, softcap, sinks, bias);
    }

    /// This shape with capped scores.
    public AttentionShape withSoftcap(float other) {
        return new AttentionShape(headCount, kvHeadCount, keyLength, valueLength, scale, mask, other, sinks, bias);
    }

    /// This shape with sinks.
    ///
    /// @param other `float[headCount]`
    public AttentionShape withSinks(float[] other) {
        return new AttentionShape(headCount, kvHeadCount, keyLength, valueLength, scale, mask, softcap, other, bias);
    }

    /// This shape with a bias for the distance of key and query.
    public AttentionShape withBias(PositionBias other) {
        return new AttentionShape(headCount, kvHeadCount, keyLength, valueLength, scale, mask, softcap, sinks, other);
    }
}
