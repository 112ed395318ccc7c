package dev.railhead.core.session;

import com.google.common.primitives.Ints;
import dev.railhead.ContextOverflowException;
import dev.railhead.Tokenizer;
import dev.railhead.spi.Metadata;
import org.jspecify.annotations.Nullable;

/// How a query and a document become one text for a model that judges pairs: by the file's template, else one behind the other.
final class PairText {
    private final @Nullable PairTemplate template;
    private final int[] separator;

    /// @param metadata may have `tokenizer.chat_template.rerank` (Qwen 3), or `add_sep_token` (RoBERTa, which has a second
    ///     separator between the texts)
    PairText(Metadata metadata) {
        String key = "tokenizer.chat_template.rerank";
        template = metadata.has(key) ? new PairTemplate(metadata.string(key)) : null;
        // BERT's tokenizer ends each text with the separator by itself.
        boolean between = !metadata.string("tokenizer.ggml.model", "").equals("bert")
                && metadata.bool("tokenizer.ggml.add_sep_token", false)
                && metadata.has("tokenizer.ggml.seperator_token_id");
        separator = between
                ? new int[]{metadata.integer("tokenizer.ggml.seperator_token_id", 0, Integer.MAX_VALUE)}
                : new int[0];
    }

    /// The tokens of a pair.
    ///
    /// @param longest the end of the document is left out beyond that
    /// @throws ContextOverflowException if there is no room for the document
    int[] tokens(Tokenizer tokenizer, SpecialFrame frame, String query, String document, int longest) {
        if (template != null) {
            return template.tokens(tokenizer, query, document, longest);
        }
        int[] first = Ints.concat(tokenizer.encode(query), separator);
        if (first.length >= longest) {
            throw queryTooLong(longest, first.length);
        }
        int[] second = frame.continued(tokenizer.encode(document));
        return frame.cut(Ints.concat(first, second), longest);
    }

    static ContextOverflowException queryTooLong(int longest, int found) {
        return new ContextOverflowException("query: expected fewer than " + longest
                + " tokens with what the model wants around it, found " + found + "; shorten the query");
    }
}
