package dev.railhead.core.tokenizer;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a text is cut into the words that byte-level BPE merges within: one or more patterns, each cutting the pieces of
/// the
/// one before. What lies between matches is a piece too. The table is [PreTokenizers].
///
/// @param patterns in the order they apply
/// @param ignoreMerges whether a word that is a token is taken whole
/// @param addBos whether BOS is added if the file doesn't say
record PreTokenizer(List<Pattern> patterns, boolean ignoreMerges, boolean addBos) {
    /// Receives the words of a text in their order.
    interface Words {
        void word(int from, int to);
    }

    /// Cuts texts; used by one thread.
    final class Splitter {
        private final Matcher[] matchers;

        Splitter() {
            matchers = patterns.stream().map(pattern -> pattern.matcher("")).toArray(Matcher[]::new);
        }

        void split(String text, int from, int to, Words words) {
            for (Matcher matcher : matchers) {
                matcher.reset(text);
            }
            split(0, from, to, words);
        }

        private void split(int level, int from, int to, Words words) {
            if (level == matchers.length) {
                words.word(from, to);
                return;
            }
            Matcher matcher = matchers[level].region(from, to);
            int done = from;
            while (matcher.find()) {
                if (matcher.start() > done) {
                    split(level + 1, done, matcher.start(), words);
                }
                if (matcher.end() > matcher.start()) {
                    split(level + 1, matcher.start(), matcher.end(), words);
                }
                done = matcher.end();
            }
            if (done < to) {
                split(level + 1, done, to, words);
            }
        }
    }
}
