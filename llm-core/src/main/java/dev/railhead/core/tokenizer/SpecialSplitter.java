package dev.railhead.core.tokenizer;

import dev.railhead.spi.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Cuts special tokens out of a text: the longest token first, everywhere, then the next one in what is left.
///
/// One walk over a trie of the tokens' texts finds which of them occur at all (most often none), so the cost does not
/// grow
/// with the number of special tokens.
final class SpecialSplitter {
    /// A stretch of text (`token` < 0) or a token.
    record Fragment(int token, int from, int to) {
        static final int TEXT = -1;

        boolean isText() {
            return token == TEXT;
        }
    }

    private record Special(int id, String text, int order, boolean special, boolean stripsLeft, boolean stripsRight) {}

    private static final class Node {
        final Map<Character, Node> children = new HashMap<>(2);
        @Nullable
        Special special;
    }

    /// Phi-3 strips the white space right of all special tokens but these.
    private static final Set<String> PHI3_KEEPS_SPACE = Set.of("<unk>", "<s>", "<|endoftext|>");

    private final Node root = new Node();

    SpecialSplitter(Metadata metadata, Vocabulary vocabulary) {
        String name = metadata.string("general.name", "").toLowerCase(Locale.ROOT);
        boolean phi3 = name.contains("phi-3") || name.contains("phi3");
        List<Integer> ids = new ArrayList<>();
        for (int id = 0; id < vocabulary.size(); id++) {
            String text = vocabulary.text(id);
            if (vocabulary.type(id).isSplitOut() && !text.isEmpty() && vocabulary.find(text) == id) {
                ids.add(id);
            }
        }
        ids.sort(Comparator.comparingInt(
                (Integer id) -> -vocabulary.text(id).getBytes(StandardCharsets.UTF_8).length));
        String masked = masksLeft(metadata, name);
        for (int order = 0; order < ids.size(); order++) {
            int id = ids.get(order);
            String text = vocabulary.text(id);
            insert(new Special(id, text, order, vocabulary.type(id).isSpecial(), text.equals(masked),
                    phi3 && !PHI3_KEEPS_SPACE.contains(text)));
        }
    }

    /// The token that takes the white space to its left, or an empty string. Files don't say it; llama.cpp goes
    /// by name.
    private static String masksLeft(Metadata metadata, String name) {
        String pre = metadata.string("tokenizer.ggml.pre", "");
        if (pre.contains("jina-v2-de") || pre.contains("jina-v2-es") || pre.contains("jina-v2-code")) {
            return "<mask>";
        }
        return name.contains("modern-bert") ? "[MASK]" : "";
    }

    private void insert(Special special) {
        Node node = root;
        for (int i = 0; i < special.text.length(); i++) {
            node = node.children.computeIfAbsent(special.text.charAt(i), c -> new Node());
        }
        node.special = special;
    }

    /// Cuts a text.
    ///
    /// @param parseSpecial whether control tokens count; user-defined ones always do
    /// @return fragments in the order of the text, none of them empty
    List<Fragment> split(String text, boolean parseSpecial) {
        if (text.isEmpty()) {
            return List.of();
        }
        List<Fragment> fragments = List.of(new Fragment(Fragment.TEXT, 0, text.length()));
        for (Special special : occurring(text, parseSpecial)) {
            List<Fragment> finer = new ArrayList<>(fragments.size() + 2);
            for (Fragment fragment : fragments) {
                if (fragment.isText()) {
                    cut(text, fragment, special, finer);
                } else {
                    finer.add(fragment);
                }
            }
            fragments = finer;
        }
        return fragments;
    }

    private Iterable<Special> occurring(String text, boolean parseSpecial) {
        Set<Special> found = new TreeSet<>(Comparator.comparingInt(Special::order));
        for (int start = 0; start < text.length(); start++) {
            Node node = root.children.get(text.charAt(start));
            for (int i = start + 1; node != null; i++) {
                Special special = node.special;
                if (special != null && (parseSpecial || !special.special)) {
                    found.add(special);
                }
                node = i < text.length() ? node.children.get(text.charAt(i)) : null;
            }
        }
        return found;
    }

    private static void cut(String text, Fragment fragment, Special special, List<Fragment> out) {
        int from = fragment.from;
        int to = fragment.to;
        while (from < to) {
            int match = text.indexOf(special.text, from, to);
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
