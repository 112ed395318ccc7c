package dev.railhead.core.model;

import dev.railhead.ModelFormatException;
import dev.railhead.UnsupportedModelException;
import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.Metadata;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How a step's tokens become hidden states.
///
/// @param table `[vocabulary][width]`
/// @param scale factor of the table's values
/// @param type `float[width]`, added; null for none
/// @param positions `[positions][width]`, added; null for none
/// @param norm applied last; null for none
record Embedding(Matrix table, float scale, float @Nullable [] type, @Nullable Matrix positions, @Nullable Norm norm) {
    /// More types of tokens than any model has; BERT has two.
    private static final int MAX_TYPES = 1 << 16;

    /// The table `token_embd.weight` as it is.
    static Embedding of(GraphBuilder b) {
        return scaled(b, 1f);
    }

    /// The table `token_embd.weight` times a factor.
    static Embedding scaled(GraphBuilder b, float scale) {
        Matrix table = b.weights().matrix("token_embd.weight", vocabularySize(b.hp()), b.width());
        return new Embedding(table, scale, null, null, null);
    }

    /// With learned positions from `position_embd.weight`, as many as `context_length` says.
    ///
    /// @throws UnsupportedModelException if more positions are asked for
    Embedding withPositions(GraphBuilder b) {
        if (b.contextLength() > b.hp().contextLength()) {
            throw new UnsupportedModelException("contextLength: expected at most " + b.hp().contextLength()
                    + ", the learned positions of " + b.hp().metadata().file() + ", found " + b.contextLength()
                    + "; choose a shorter context");
        }
        Matrix learned = b.weights().matrix("position_embd.weight", b.hp().contextLength(), b.width());
        return new Embedding(table, scale, type, learned, norm);
    }

    /// With a type that all tokens share, the first one of `token_types.weight`, if the file has it: there is one text, not a
    /// pair.
    Embedding withFirstType(GraphBuilder b) {
        String name = "token_types.weight";
        if (!b.weights().has(name)) {
            return this;
        }
        int types = b.hp().metadata().integer("tokenizer.ggml.token_type_count", 1, MAX_TYPES);
        float[] first = Arrays.copyOf(b.weights().vectors(name, types, b.width()), b.width());
        return new Embedding(table, scale, first, positions, norm);
    }

    /// With a norm of the sum.
    Embedding withNorm(Norm last) {
        return new Embedding(table, scale, type, positions, last);
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
        if (type != null) {
            for (int row = 0; row < rows; row++) {
                Rows.add(type, x, row);
            }
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
            Rows.add(learned, x, row);
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
