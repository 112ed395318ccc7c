package dev.railhead.core.sampling;

import dev.railhead.ModelFormatException;
import dev.railhead.spi.Metadata;
import java.util.stream.LongStream;

/// Tokens that a model must never generate, as its file says: Gemma 4 lists those of images, MiniMax those without an
/// embedding. Immutable.
public final class SuppressedTokens {
    private static final String KEY = "tokenizer.ggml.suppress_tokens";

    private final int[] tokens;

    private SuppressedTokens(int[] tokens) {
        this.tokens = tokens;
    }

    /// The tokens that the file lists; ids beyond the vocabulary mean nothing, as in llama.cpp.
    ///
    /// @throws ModelFormatException if the value is no array of integers
    public static SuppressedTokens read(Metadata metadata, int vocabularySize) {
        long[] listed = metadata.has(KEY) ? metadata.integers(KEY) : new long[0];
        return new SuppressedTokens(LongStream.of(listed).filter(id -> id >= 0 && id < vocabularySize)
                .mapToInt(id -> (int) id).toArray());
    }

    /// Makes them impossible, whatever sampler comes next.
    ///
    /// @param candidates just reset, so that each candidate's index is its token
    public void apply(CandidateList candidates) {
        for (int token : tokens) {
            candidates.setLogit(token, Float.NEGATIVE_INFINITY);
        }
    }
}
