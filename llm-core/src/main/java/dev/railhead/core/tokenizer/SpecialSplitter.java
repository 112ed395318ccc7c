package dev.railhead.core.tokenizer;

import dev.railhead.RenderedPrompt;
import dev.railhead.spi.Metadata;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// Cuts special tokens out of a text: the longest token first, everywhere, then the next one in what is left.
///
/// One walk over the text finds which of them occur at all (most often none): from each place that begins like a token
/// the sorted texts are narrowed down character by character, so the cost hardly grows with the number of special
/// tokens.
final class SpecialSplitter {
    /// A stretch of text (`token` < 0) or a token.
    record Fragment(int token, int from, int to) {
        static final int TEXT = -1;

        boolean isText() {
            return token == TEXT;
        }
    }

    /// @param special whether it has no text of its own
    private record Special(int id, String text, int bytes, boolean special, boolean stripsLeft, boolean stripsRight) {
        /// Whether text from outside must not become this token, which some files give a type of ordinary ones.
        boolean isMark() {
            return special || text.startsWith("<|") && text.endsWith("|>")
                    || text.startsWith("<｜") && text.endsWith("｜>");
        }
    }

    /// Where tokens are recognised in a text.
    private interface Reading {
        boolean allows(Special special, int from);
    }

    private static final Comparator<Special> LONGEST_FIRST = Comparator.comparingInt((Special s) -> -s.bytes)
            .thenComparingInt(Special::id);

    /// Phi-3 strips the white space right of all special tokens but these.
    private static final Set<String> PHI3_KEEPS_SPACE = Set.of("<unk>", "<s>", "<|endoftext|>");

    private final Special[] specials; // sorted by text
    private final BitSet firstCharacters = new BitSet();

    SpecialSplitter(Metadata metadata, Vocabulary vocabulary) {
        String name = metadata.string("general.name", "").toLowerCase(Locale.ROOT);
        boolean phi3 = name.contains("phi-3") || name.contains("phi3");
        String masked = masksLeft(metadata, name);
        List<Special> found = new ArrayList<>();
        for (int id = 0; id < vocabulary.size(); id++) {
            if (vocabulary.type(id).isSplitOut() && vocabulary.isFirst(id) && !vocabulary.text(id).isEmpty()) {
                String text = vocabulary.text(id);
                found.add(new Special(id, text, vocabulary.utf8(id).length, vocabulary.type(id).isSpecial(),
                        text.equals(masked), phi3 && !PHI3_KEEPS_SPACE.contains(text)));
                firstCharacters.set(text.charAt(0));
            }
        }
        found.sort(Comparator.comparing(Special::text));
        specials = found.toArray(Special[]::new);
    }

    /// The token that takes the white space to its left, or an empty string. Files don't say it; llama.cpp goes
    /// by name.
    private static String masksLeft(Metadata metadata, String name) {
        String pre = metadata.string("tokenizer.ggml.pre", "");
        String architecture = metadata.string("general.architecture", "");
        if (pre.contains("jina-v2-de") || pre.contains("jina-v2-es") || pre.contains("jina-v2-code")
                || architecture.contains("nomic-bert-moe") || architecture.contains("jina-bert-v3")) {
            return "<mask>";
        }
        return name.contains("modern-bert") ? "[MASK]" : "";
    }

    /// Cuts a text.
    ///
    /// @param parseSpecial whether control tokens count; user-defined ones always do
    /// @return fragments in the order of the text, none of them empty
    List<Fragment> split(String text, boolean parseSpecial) {
        return split(text, (special, from) -> parseSpecial || !special.special);
    }

    /// Cuts a prompt: control tokens count where all of their text is the template's.
    ///
    /// @param text the prompt's, well-formed
    List<Fragment> split(String text, RenderedPrompt prompt) {
        return split(text,
                (special, from) -> !special.isMark() || prompt.isTrusted(from, from + special.text.length()));
    }

    private List<Fragment> split(String text, Reading reading) {
        if (text.isEmpty()) {
            return List.of();
        }
        List<Fragment> fragments = List.of(new Fragment(Fragment.TEXT, 0, text.length()));
        for (Special special : occurring(text, reading)) {
            List<Fragment> finer = new ArrayList<>(fragments.size() + 2);
            for (Fragment fragment : fragments) {
                if (fragment.isText()) {
                    cut(text, fragment, special, reading, finer);
                } else {
                    finer.add(fragment);
                }
            }
            fragments = finer;
        }
        return fragments;
    }

    private Iterable<Special> occurring(String text, Reading reading) {
        Set<Special> found = new TreeSet<>(LONGEST_FIRST);
        for (int start = 0; start < text.length(); start++) {
            if (firstCharacters.get(text.charAt(start))) {
                addMatches(text, start, reading, found);
            }
        }
        return found;
    }

    private void addMatches(String text, int start, Reading reading, Set<Special> found) {
        int from = 0;
        int to = specials.length;
        for (int i = 0; from < to && start + i < text.length(); i++) {
            char c = text.charAt(start + i);
            from = narrowed(from, to, i, c);
            to = narrowed(from, to, i, c + 1);
            // The shortest of those that begin alike is the first.
            if (from < to && specials[from].text.length() == i + 1 && reading.allows(specials[from], start)) {
                found.add(specials[from]);
            }
        }
    }

    /// Among the texts `from` to `to`, which agree before an index, the first that has at least a character there.
    private int narrowed(int from, int to, int index, int character) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = low + high >>> 1;
            String text = specials[middle].text;
            if (text.length() <= index || text.charAt(index) < character) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static void cut(String text, Fragment fragment, Special special, Reading reading, List<Fragment> out) {
        int from = fragment.from;
        int to = fragment.to;
        while (from < to) {
            int match = text.indexOf(special.text, from, to);
            while (match >= 0 && !reading.allows(special, match)) {
                match = text.indexOf(special.text, match + 1, to);
            }
            if (match < 0) {
                break;
            }
            int left = match;
            while (special.stripsLeft && left > from && isSpace(text.charAt(left - 1))) {
                left--;
            }
            if (left > from) {
                out.add(new Fragment(Fragment.TEXT, from, left));
            }
            out.add(new Fragment(special.id, match, match + special.text.length()));
            from = match + special.text.length();
            while (special.stripsRight && from < to && isSpace(text.charAt(from))) {
                from++;
            }
        }
        if (from < to) {
            out.add(new Fragment(Fragment.TEXT, from, to));
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }
}
