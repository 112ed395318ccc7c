package dev.railhead.core.session;

import com.google.common.primitives.Ints;
import dev.railhead.ContextOverflowException;
import dev.railhead.Tokenizer;
import dev.railhead.spi.Metadata;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How a query and a document become one text for a model that judges pairs.
final class PairText {
    private static final String QUERY = "{query}";
    private static final String DOCUMENT = "{document}";

    private final @Nullable String template;
    private final int[] separator;

    /// @param metadata may have `tokenizer.chat_template.rerank` (Qwen 3), or `add_sep_token` (RoBERTa, which has a second
    ///     separator between the texts)
    PairText(Metadata metadata) {
        template = metadata.has("tokenizer.chat_template.rerank")
                ? metadata.string("tokenizer.chat_template.rerank")
                : null;
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
    /// @throws ContextOverflowException if there is a `longest` and no room for the document
    int[] tokens(Tokenizer tokenizer, SpecialFrame frame, String query, String document, int longest) {
        if (template != null) {
            return templated(template, tokenizer, query, document);
        }
        int[] first = Ints.concat(tokenizer.encode(query), separator);
        if (first.length >= longest) {
            throw new ContextOverflowException("query: expected fewer than " + longest + " tokens, found "
                    + first.length + "; shorten the query");
        }
        int[] second = frame.continued(tokenizer.encode(document));
        return frame.cut(Ints.concat(first, second), longest);
    }

    /// Special tokens are recognised in the template, which is the file's, but not in texts of the application. Where they hold
    /// none, as nearly always, all is encoded together, as the model was trained.
    private static int[] templated(String template, Tokenizer tokenizer, String query, String document) {
        if (isPlain(tokenizer, query) && isPlain(tokenizer, document)) {
            return tokenizer.encode(filled(template, query, document), true, true);
        }
        int[] all = {};
        int at = 0;
        while (at < template.length()) {
            if (template.startsWith(QUERY, at) || template.startsWith(DOCUMENT, at)) {
                boolean isQuery = template.startsWith(QUERY, at);
                all = Ints.concat(all, tokenizer.encode(isQuery ? query : document, false, false));
                at += (isQuery ? QUERY : DOCUMENT).length();
            } else {
                int end = nextHole(template, at);
                all = Ints.concat(all, tokenizer.encode(template.substring(at, end), at == 0, true));
                at = end;
            }
        }
        return all;
    }

    private static boolean isPlain(Tokenizer tokenizer, String text) {
        return Arrays.stream(tokenizer.encode(text, false, true)).noneMatch(tokenizer::isControl);
    }

    /// One pass, so that a query that holds the word `{document}` stays what it is.
    private static String filled(String template, String query, String document) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            int end = nextHole(template, at);
            text.append(template, at, end);
            at = end;
            if (template.startsWith(QUERY, at)) {
                text.append(query);
                at += QUERY.length();
            } else if (template.startsWith(DOCUMENT, at)) {
                text.append(document);
                at += DOCUMENT.length();
            }
        }
        return text.toString();
    }

    private static int nextHole(String template, int from) {
        int query = template.indexOf(QUERY, from);
        int document = template.indexOf(DOCUMENT, from);
        int end = template.length();
        return Math.min(query < 0 ? end : query, document < 0 ? end : document);
    }
}
