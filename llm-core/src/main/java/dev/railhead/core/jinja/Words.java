package dev.railhead.core.jinja;

import java.util.ArrayList;
import java.util.List;

/// White space as Python sees it, and texts cut at it.
final class Words {
    private Words() {}

    /// `str.isspace` of one character; all of them fit one UTF-16 unit.
    static boolean isSpace(int c) {
        return c >= '\t' && c <= '\r' || c >= 0x1C && c <= ' ' || c == 0x85 || c == 0xA0 || c == 0x1680
                || c >= 0x2000 && c <= 0x200A || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F
                || c == 0x3000;
    }

    /// The offset after the white space at an offset.
    static int skipSpace(String string, int from) {
        int at = from;
        while (at < string.length() && isSpace(string.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int skipWord(String string, int from) {
        int at = from;
        while (at < string.length() && !isSpace(string.charAt(at))) {
            at++;
        }
        return at;
    }

    /// The offset where the white space before an offset begins.
    static int skipSpaceBack(String string, int from) {
        int at = from;
        while (at > 0 && isSpace(string.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    private static int skipWordBack(String string, int from) {
        int at = from;
        while (at > 0 && !isSpace(string.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    /// The words, after `count` cuts the rest.
    static List<Object> split(Rendering run, Text text, int count) {
        List<Object> words = new ArrayList<>();
        String string = text.string();
        run.budget().text(text.length());
        for (int from = skipSpace(string, 0); from < string.length();) {
            run.budget().step();
            int to = words.size() < count ? skipWord(string, from) : string.length();
            words.add(text.sub(from, to));
            from = skipSpace(string, to);
        }
        return words;
    }

    /// As [#split(Rendering, Text, int)], cut from the end.
    static List<Object> splitFromEnd(Rendering run, Text text, int count) {
        List<Object> words = new ArrayList<>();
        String string = text.string();
        run.budget().text(text.length());
        for (int to = skipSpaceBack(string, string.length()); to > 0;) {
            run.budget().step();
            int from = words.size() < count ? skipWordBack(string, to) : 0;
            words.addFirst(text.sub(from, to));
            to = skipSpaceBack(string, from);
        }
        return words;
    }

    /// The words with one space between them.
    static Text joined(Rendering run, Text text) {
        return join(run, Text.content(" "), split(run, text, Integer.MAX_VALUE));
    }

    /// Texts with a separator between them.
    ///
    /// @param items printed as `str` prints them
    static Text join(Rendering run, Text separator, List<Object> items) {
        var out = new TextBuilder(run.budget());
        for (int i = 0; i < items.size(); i++) {
            run.budget().step();
            if (i > 0) {
                out.append(separator);
            }
            out.append(Printing.str(run, items.get(i)));
        }
        return out.toText();
    }
}
