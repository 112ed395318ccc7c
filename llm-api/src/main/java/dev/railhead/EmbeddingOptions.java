package dev.railhead;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How texts become vectors. Immutable.
///
/// @param model how the model is loaded. [ModelOptions#contextLength()] is the length of the longest text; where tokens see
///     those behind them, memory off-heap is taken for its hidden states, keys and values. [ModelOptions#kvCacheType()] null
///     means [KvCacheType#F32] here.
/// @param pooling null means as the file says, or else the mean for an encoder and the last token for a causal model
/// @param normalized whether embeddings have length 1, so that their product is the cosine of their angle
/// @param truncated whether the end of a text that is too long is left out; otherwise it is refused with
///     [ContextOverflowException]. Tokens that the model wants at the end of a text stay.
public record EmbeddingOptions(ModelOptions model, @Nullable Pooling pooling, boolean normalized, boolean truncated) {
    /// Checks that the model's options are there.
    public EmbeddingOptions {
        Objects.requireNonNull(model, "model");
    }

    /// Pooling as the file says, vectors of length 1, long texts refused, [ModelOptions#defaults()].
    public static EmbeddingOptions defaults() {
        return new EmbeddingOptions(ModelOptions.defaults(), null, true, false);
    }

    /// These options with other ones of the model.
    public EmbeddingOptions withModel(ModelOptions options) {
        return new EmbeddingOptions(options, pooling, normalized, truncated);
    }

    /// These options with another pooling; null means as the file says.
    public EmbeddingOptions withPooling(@Nullable Pooling how) {
        return new EmbeddingOptions(model, how, normalized, truncated);
    }

    /// These options with vectors of length 1, or as they come out of the model.
    public EmbeddingOptions withNormalized(boolean toLengthOne) {
        return new EmbeddingOptions(model, pooling, toLengthOne, truncated);
    }

    /// These options with long texts cut, or refused.
    public EmbeddingOptions withTruncated(boolean cut) {
        return new EmbeddingOptions(model, pooling, normalized, cut);
    }
}
