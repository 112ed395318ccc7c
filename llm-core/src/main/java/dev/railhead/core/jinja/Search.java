package dev.railhead.core.jinja;

/// Finding texts in texts, charged for.
final class Search {
    private Search() {}

    /// The offset of the first occurrence within `text[from]` to `text[to]`, exclusive, or −1.
    static int find(Budget budget, Text text, Text part, int from, int to) {
        if (from > to) {
            return -1;
        }
        budget.search(to - from, part.length());
        return text.string().indexOf(part.string(), from, to);
    }

    /// The offset of the last occurrence within `text[from]` to `text[to]`, exclusive, or −1.
    static int findLast(Budget budget, Text text, Text part, int from, int to) {
        if (from > to) {
            return -1;
        }
        budget.search(to - from, part.length());
        int found = text.string().lastIndexOf(part.string(), to - part.length());
        return found < from ? -1 : found;
    }

    /// A text with the occurrences of a part replaced, `count` at most; all if negative.
    static Text replace(Rendering run, Text text, Text old, Text replacement, int count) {
        var out = new TextBuilder(run.budget());
        int left = count < 0 ? Integer.MAX_VALUE : count;
        int plain = 0;
        if (old.isEmpty()) {
            for (int at = 0; left > 0; left--) {
                run.budget().step();
                out.append(text, plain, at).append(replacement);
                plain = at;
                if (at == text.length()) {
                    break;
                }
                at += Character.charCount(text.string().codePointAt(at));
            }
        } else {
            run.budget().search(text.length(), old.length());
            int at = text.string().indexOf(old.string());
            for (; at >= 0 && left > 0; left--) {
                run.budget().step();
                out.append(text, plain, at).append(replacement);
                plain = at + old.length();
                at = text.string().indexOf(old.string(), plain);
            }
        }
        return plain == 0 && out.length() == 0
                ? text
                : out.append(text, plain, text.length()).toText().withMarkup(text.isMarkup());
    }
}
