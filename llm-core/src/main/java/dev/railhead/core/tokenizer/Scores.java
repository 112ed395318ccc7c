package dev.railhead.core.tokenizer;

import dev.railhead.ModelFormatException;
import dev.railhead.spi.Metadata;

/// Reads the tokens' scores.
final class Scores {
    static final String KEY = "tokenizer.ggml.scores";

    private Scores() {}

    /// The score of each token, all 0 if the file gives none. Never NaN or −0.
    ///
    /// @throws ModelFormatException if there is not one number per token
    static float[] read(Metadata metadata, int size) {
        float[] scores = new float[size];
        if (metadata.has(KEY)) {
            double[] given = metadata.numbers(KEY);
            if (given.length != size) {
                throw metadata.error(KEY, size + " scores (one per token)", given.length + " scores");
            }
            for (int id = 0; id < size; id++) {
                if (Double.isNaN(given[id])) {
                    throw metadata.error(KEY, "numbers", "NaN for token " + id);
                }
                scores[id] = (float) given[id] + 0f; // −0 becomes 0
            }
        }
        return scores;
    }
}
