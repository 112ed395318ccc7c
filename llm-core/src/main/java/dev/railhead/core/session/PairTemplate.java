package dev.railhead.core.session;

import com.google.common.primitives.Ints;
import dev.railhead.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// A file's text for judging a document, with `{query}` and `{document}` in it. Special tokens are recognised in the template,
/// which is the file's, but not in texts of the application.
///
/// @param text the template
record PairTemplate(String text) {
    private static final Pattern HOLE = Pattern.compile("\\{(query|document)}");

    /// The tokens of a pair.
    ///
    /// @param longest the end of the document is left out beyond that
    /// @throws dev.railhead.ContextOverflowException if there is no room for the document
    int[] tokens(Tokenizer tokenizer, String query, String document, int longest) {
        if (isPlain(tokenizer, query) && isPlain(tokenizer, document)) {
            // As nearly always: all is encoded together, as the model was trained.
            int[] tokens = tokenizer.encode(filled(query, document), true, true);
            if (tokens.length <= longest) {
                return tokens;
            }
        }
        return pieces(tokenizer, query, document, longest);
    }

    private static boolean isPlain(Tokenizer tokenizer, String text) {
        return Arrays.stream(tokenizer.encode(text, false, true)).noneMatch(tokenizer::isControl);
    }

    /// In one pass, so that a query that holds `{document}` stays what it is.
    private String filled(String query, String document) {
        StringBuilder filled = new StringBuilder();
        int at = 0;
        for (MatchResult hole : holes()) {
            filled.append(text, at, hole.start()).append(isQuery(hole) ? query : document);
            at = hole.end();
        }
        return filled.append(text, at, text.length()).toString();
    }

    private List<MatchResult> holes() {
        return HOLE.matcher(text).results().toList();
    }

    private static boolean isQuery(MatchResult hole) {
        return hole.group(1).equals("query");
    }

    /// Piece by piece, the last document cut so that all fits.
    private int[] pieces(Tokenizer tokenizer, String query, String document, int longest) {
        List<int[]> pieces = new ArrayList<>();
        int cuttable = 0;
        int at = 0;
        for (MatchResult hole : holes()) {
            pieces.add(tokenizer.encode(text.substring(at, hole.start()), at == 0, true));
            pieces.add(tokenizer.encode(isQuery(hole) ? query : document, false, false));
            cuttable = isQuery(hole) ? cuttable : pieces.size() - 1;
            at = hole.end();
        }
        pieces.add(tokenizer.encode(text.substring(at), false, true));
        int total = pieces.stream().mapToInt(piece -> piece.length).sum();
        int excess = Math.max(0, total - longest);
        int[] cut = pieces.get(cuttable);
        if (excess > 0 && excess >= cut.length) {
            throw PairText.queryTooLong(longest, total - cut.length);
        }
        pieces.set(cuttable, Arrays.copyOf(cut, cut.length - excess));
        return Ints.concat(pieces.toArray(int[][]::new));
    }
}
