package dev.railhead.core.model;

import dev.railhead.Pooling;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import org.jspecify.annotations.Nullable;

/// The head of a model that judges a text: `cls`, a function and `cls.norm`, where the file has them, then `cls.output`. One
/// score for each label, as it comes out of the last matrix, unless the family's rule says otherwise.
final class RankHead extends TextHead {
    /// What a family puts into the head, and how it goes on.
    enum Rule {
        /// The first token, then tanh: BERT.
        FIRST_TANH(Pooling.CLS),
        /// The first token, `cls` alone and tanh of the score: Jina's first reranker.
        FIRST_SCORE_TANH(Pooling.CLS),
        /// The mean of all tokens, then GELU: ModernBERT.
        MEAN_GELU(Pooling.MEAN),
        /// The last token, and at the end the softmax of the scores: Qwen 3.
        LAST_SOFTMAX(Pooling.LAST);

        private final Pooling pooling;

        Rule(Pooling pooling) {
            this.pooling = pooling;
        }

        /// How hidden states become what the head takes.
        Pooling pooling() {
            return pooling;
        }
    }

    private final Rule rule;
    private final @Nullable Linear dense;
    private final @Nullable Norm norm;
    private final Linear output;
    private final Activations hidden;
    private final Activations scores;

    private RankHead(GraphBuilder b, Rule rule) {
        super(b);
        this.rule = rule;
        int width = b.width();
        boolean scoresOnly = rule == Rule.FIRST_SCORE_TANH;
        dense = !scoresOnly && b.weights().has("cls.weight") ? b.linear("cls", width, width) : null;
        norm = dense != null && b.weights().has("cls.norm.weight") ? b.layerNorm("cls.norm", width) : null;
        output = b.linear(scoresOnly ? "cls" : "cls.output", labels(b.hp()), width);
        hidden = new Activations(GROUP, width);
        scores = new Activations(GROUP, output.rows());
    }

    /// The head of a file, or null if it has none.
    static @Nullable RankHead of(GraphBuilder b, Rule rule) {
        String last = rule == Rule.FIRST_SCORE_TANH ? "cls.weight" : "cls.output.weight";
        return b.weights().has(last) ? new RankHead(b, rule) : null;
    }

    private static int labels(Hyperparameters hp) {
        String key = hp.key("classifier.output_labels");
        return hp.metadata().has(key) ? Math.max(1, hp.metadata().strings(key).size()) : 1;
    }

    @Override
    public int outputs() {
        return output.rows();
    }

    @Override
    Activations compute(Activations in, int rows) {
        Activations x = in;
        if (dense != null) {
            dense.apply(backend(), in, rows, hidden);
            if (rule == Rule.MEAN_GELU) {
                backend().activate(Activation.GELU, hidden, rows);
            } else {
                backend().softcap(hidden, rows, 1f); // tanh
            }
            if (norm != null) {
                norm.apply(hidden, rows, hidden);
            }
            x = hidden;
        }
        output.apply(backend(), x, rows, scores);
        if (rule == Rule.FIRST_SCORE_TANH) {
            backend().softcap(scores, rows, 1f); // tanh
        } else if (rule == Rule.LAST_SOFTMAX) {
            for (int row = 0; row < rows; row++) {
                Rows.softmax(scores, row);
            }
        }
        return scores;
    }
}
