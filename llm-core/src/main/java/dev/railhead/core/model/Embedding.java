package dev.railhead.core.model;

import dev.railhead.ModelFormatException;
import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.Metadata;
import org.jspecify.annotations.Nullable;

/// How a step's tokens become hidden states.
///
/// @param table `[vocabulary][width]`
/// @param scale factor of the table's values
/// @param positions `[positions][width]`, added; null for none
/// @param norm applied last; null for none
record Embedding(Matrix table, float scale, @Nullable Matrix positions, @Nullable Norm norm) {
    /// The table `token_embd.weight` as it is.
    static Embedding of(GraphBuilder b) {
        return scaled(b, 1f);
    }

    /// The table `token_embd.weight` times a factor.
    static Embedding scaled(GraphBuilder b, float scale) {
        Matrix table = b.weights().matrix("token_embd.weight", vocabularySize(b.hp()), b.width());
        return new Embedding(table, scale, null, null);
    }

    /// With learned positions from `position_embd.weight`.
    Embedding withPositions(GraphBuilder b) {
        Matrix learned = b.weights().matrix("position_embd.weight", b.hp().contextLength(), b.width());
        return new Embedding(table, scale, learned, norm);
    }

    /// With a norm of the sum.
    Embedding withNorm(Norm last) {
        return new Embedding(table, scale, positions, last);
    }

    /// The hidden states that a step begins with.
    void lookUp(Step step, Activations x) {
        int rows = step.rows();
        for (int row = 0; row < rows; row++) {
            table.row(step.token(row), x.values, row * x.columns);
        }
        if (scale != 1f) {
            Rows.scale(x, rows, scale);
        }
        if (positions != null) {
            addPositions(step, positions, x);
        }
        if (norm != null) {
            norm.apply(x, rows, x);
        }
    }

    private static void addPositions(Step step, Matrix positions, Activations x) {
        float[] learned = new float[x.columns];
        for (int row = 0; row < step.rows(); row++) {
            positions.row(step.position(row), learned, 0);
            for (int i = 0; i < learned.length; i++) {
                x.values[row * x.columns + i] += learned[i];
            }
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
