package dev.railhead.core.model;

import dev.railhead.ModelFormatException;
import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.Metadata;

/// The table of token embeddings: `[vocabulary][width]`.
record Embedding(Matrix table) {
    /// The hidden states that a step begins with.
    void lookUp(Step step, Activations x) {
        for (int row = 0; row < step.rows(); row++) {
            table.row(step.token(row), x.values, row * x.columns);
        }
    }

    /// The number of token ids, checked to be the same wherever the file gives it: `vocab_size`, the tokenizer's tokens
    /// (unless the file has none).
    static int vocabularySize(Hyperparameters hp) {
        Metadata metadata = hp.metadata();
        String tokens = "tokenizer.ggml.tokens";
        String vocabSize = hp.key("vocab_size");
        if (!metadata.has(tokens)) {
            return metadata.integer(vocabSize, 1, Integer.MAX_VALUE);
        }
        int count = metadata.strings(tokens).size();
        if (count == 0) {
            throw metadata.error(tokens, "at least one token", "none");
        }
        if (metadata.has(vocabSize) && metadata.integer(vocabSize) != count) {
            throw new ModelFormatException("key '" + vocabSize + "' of " + metadata.file() + ": expected " + count
                    + " (the length of '" + tokens + "'), found " + metadata.integer(vocabSize));
        }
        return count;
    }
}
