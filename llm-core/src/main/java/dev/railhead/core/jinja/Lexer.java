package dev.railhead.core.jinja;

import java.util.ArrayList;
import java.util.List;

/// Cuts a template into texts, tags and what is in the tags, with `trim_blocks` and `lstrip_blocks`: a line break after
/// a block tag or comment is dropped, and white space before one at the beginning of a line.
final class Lexer {
    private static final String RAW = "raw";
    private static final String END_RAW = "endraw";

    private final String source;
    private final SourceErrors errors;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;

    private Lexer(String source, SourceErrors errors) {
        this.source = source;
        this.errors = errors;
    }

    /// @param source with any line ends; one at its end is dropped
    static List<Token> tokens(String source, SourceErrors errors) {
        String lines = source.replace("\r\n", "\n").replace('\r', '\n');
        return new Lexer(lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines, errors).run();
    }

    private List<Token> run() {
        while (at < source.length()) {
            int tag = nextTag(at);
            if (tag < 0) {
                data(at, source.length());
                moveTo(source.length());
            } else {
                tag(tag);
            }
        }
        add(Token.Kind.END, "");
        return tokens;
    }

    private void add(Token.Kind kind, String text) {
        tokens.add(new Token(kind, text, line));
    }

    private void moveTo(int offset) {
        for (int i = at; i < offset; i++) {
            line += source.charAt(i) == '\n' ? 1 : 0;
        }
        at = offset;
    }

    private int nextTag(int from) {
        for (int brace = source.indexOf('{', from); brace >= 0; brace = source.indexOf('{', brace + 1)) {
            if (brace + 1 < source.length() && "{%#".indexOf(source.charAt(brace + 1)) >= 0) {
                return brace;
            }
        }
        return -1;
    }

    private void tag(int open) {
        char kind = source.charAt(open + 1);
        data(at, textEnd(at, open, kind != '{'));
        moveTo(open + 2);
        char sign = charAt(at);
        moveTo(at + (sign == '-' || sign == '+' ? 1 : 0));
        switch (kind) {
            case '#' -> comment();
            case '{' -> inTag(Token.Kind.VARIABLE_BEGIN, Token.Kind.VARIABLE_END, "}}");
            default -> {
                int raw = keywordEnd(at, RAW);
                if (raw >= 0) {
                    raw(raw);
                } else {
                    inTag(Token.Kind.BLOCK_BEGIN, Token.Kind.BLOCK_END, "%}");
                }
            }
        }
    }

    private void inTag(Token.Kind begin, Token.Kind end, String close) {
        add(begin, "");
        var expression = new ExpressionLexer(source, at, line, close, errors);
        expression.addTo(tokens);
        line = expression.line();
        at = expression.offset();
        add(end, "");
        moveTo(afterClose(at, close));
    }

    private char charAt(int offset) {
        return offset < source.length() ? source.charAt(offset) : 0;
    }

    /// Adds text unless it is empty.
    private void data(int from, int to) {
        if (from < to) {
            add(Token.Kind.DATA, source.substring(from, to));
        }
    }

    /// The end of the text before a tag, less the white space that the tag takes.
    private int textEnd(int from, int tag, boolean isBlock) {
        char sign = charAt(tag + 2);
        if (sign == '-') {
            return Math.max(from, Words.skipSpaceBack(source, tag));
        }
        if (sign == '+' || !isBlock) {
            return tag;
        }
        int end = tag;
        while (end > from && source.charAt(end - 1) != '\n' && Words.isSpace(source.charAt(end - 1))) {
            end--;
        }
        boolean beginsLine = end == 0 || source.charAt(end - 1) == '\n';
        return beginsLine ? end : tag;
    }

    /// The offset after the close of a block tag or comment and what it takes; `offset` is that of the close or of its
    /// sign.
    private int afterClose(int offset, String close) {
        if (charAt(offset) == '-') {
            return Words.skipSpace(source, offset + 1 + close.length());
        }
        if (charAt(offset) == '+') {
            return offset + 1 + close.length();
        }
        int after = offset + close.length();
        return after + (!close.equals("}}") && charAt(after) == '\n' ? 1 : 0);
    }

    private void comment() {
        int close = source.indexOf("#}", at);
        if (close < 0) {
            throw errors.at(line, "expected '#}' at the end of a comment, found the end of the template");
        }
        boolean signed = close > at && (source.charAt(close - 1) == '-' || source.charAt(close - 1) == '+');
        moveTo(afterClose(signed ? close - 1 : close, "#}"));
    }

    /// The offset of a tag's close if the tag at an offset holds just this word, else −1.
    private int keywordEnd(int offset, String word) {
        int begin = Words.skipSpace(source, offset);
        if (!source.startsWith(word, begin)) {
            return -1;
        }
        int end = Words.skipSpace(source, begin + word.length());
        boolean closed = source.startsWith("%}", end) || source.startsWith("-%}", end)
                || source.startsWith("+%}", end) && word.equals(END_RAW);
        return closed ? end : -1;
    }

    private void raw(int close) {
        // Unlike other blocks, raw keeps a line break after it.
        moveTo(charAt(close) == '-' ? afterClose(close, "%}") : source.indexOf("%}", close) + 2);
        for (int tag = source.indexOf("{%", at); tag >= 0; tag = source.indexOf("{%", tag + 1)) {
            int sign = charAt(tag + 2) == '-' || charAt(tag + 2) == '+' ? 1 : 0;
            int end = keywordEnd(tag + 2 + sign, END_RAW);
            if (end >= 0) {
                data(at, textEnd(at, tag, true));
                moveTo(afterClose(end, "%}"));
                return;
            }
        }
        throw errors.at(line, "expected '{% endraw %}', found the end of the template");
    }
}
