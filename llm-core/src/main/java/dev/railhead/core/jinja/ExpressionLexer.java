package dev.railhead.core.jinja;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Cuts what is inside one tag into names, numbers, strings and operators.
final class ExpressionLexer {
    private static final List<String> LONG_OPERATORS = List.of("//", "**", "==", "!=", ">=", "<=");
    private static final String OPERATORS = "+-/*%~[](){}><=.:|,;";

    private final String source;
    private final String close;
    private final SourceErrors errors;
    private final Deque<Character> open = new ArrayDeque<>();
    private int at;
    private int line;

    /// @param close of the tag
    ExpressionLexer(String source, int at, int line, String close, SourceErrors errors) {
        this.source = source;
        this.at = at;
        this.line = line;
        this.close = close;
        this.errors = errors;
    }

    /// Where the tag's close begins, its sign included.
    int offset() {
        return at;
    }

    int line() {
        return line;
    }

    void addTo(List<Token> tokens) {
        while (true) {
            skipSpace();
            if (at >= source.length()) {
                throw errors.at(line, "expected '" + close + "', found the end of the template");
            }
            if (open.isEmpty() && isClose()) {
                return;
            }
            tokens.add(next());
        }
    }

    private boolean isClose() {
        return source.startsWith(close, at) || source.startsWith("-" + close, at)
                || close.equals("%}") && source.startsWith("+%}", at);
    }

    private void skipSpace() {
        while (at < source.length() && Words.isSpace(source.charAt(at))) {
            line += source.charAt(at) == '\n' ? 1 : 0;
            at++;
        }
    }

    private Token next() {
        int c = source.codePointAt(at);
        if (isDigit(at)) {
            return number();
        }
        if (StringTests.isIdentifierStart(c)) {
            int from = at;
            while (at < source.length() && StringTests.isIdentifierPart(source.codePointAt(at))) {
                at += Character.charCount(source.codePointAt(at));
            }
            return new Token(Token.Kind.NAME, source.substring(from, at), line);
        }
        if (c == '"' || c == '\'') {
            return string();
        }
        return operator(c);
    }

    private Token operator(int c) {
        for (String operator : LONG_OPERATORS) {
            if (source.startsWith(operator, at)) {
                at += 2;
                return new Token(Token.Kind.OPERATOR, operator, line);
            }
        }
        if (OPERATORS.indexOf(c) < 0) {
            throw errors.at(line, "unexpected character '" + Character.toString(c) + "'");
        }
        balance((char) c);
        at++;
        return new Token(Token.Kind.OPERATOR, String.valueOf((char) c), line);
    }

    private void balance(char c) {
        switch (c) {
            case '(' -> open.push(')');
            case '[' -> open.push(']');
            case '{' -> open.push('}');
            case ')', ']', '}' -> {
                if (open.isEmpty()) {
                    throw errors.at(line, "unexpected '" + c + "', nothing is open");
                }
                char expected = open.pop();
                if (expected != c) {
                    throw errors.at(line, "expected '" + expected + "', found '" + c + "'");
                }
            }
            default -> {
                // no bracket
            }
        }
    }

    private boolean isDigit(int offset) {
        return offset < source.length() && source.charAt(offset) >= '0' && source.charAt(offset) <= '9';
    }

    private Token number() {
        int from = at;
        if (source.charAt(at) == '0' && at + 1 < source.length() && "xXoObB".indexOf(source.charAt(at + 1)) >= 0) {
            at += 2;
            while (at < source.length() && (Character.digit(source.charAt(at), 16) >= 0 || source.charAt(at) == '_')) {
                at++;
            }
            return new Token(Token.Kind.INTEGER, source.substring(from, at).replace("_", ""), line);
        }
        // In `x.0.1` the numbers are indexes.
        boolean canBeFloat = from == 0 || source.charAt(from - 1) != '.';
        digits();
        boolean isFloat = false;
        if (canBeFloat && at < source.length() && source.charAt(at) == '.' && isDigit(at + 1)) {
            at++;
            digits();
            isFloat = true;
        }
        if (canBeFloat && at < source.length() && (source.charAt(at) == 'e' || source.charAt(at) == 'E')) {
            int sign = at + 1 < source.length() && "+-".indexOf(source.charAt(at + 1)) >= 0 ? 1 : 0;
            if (isDigit(at + 1 + sign)) {
                at += 1 + sign;
                digits();
                isFloat = true;
            }
        }
        return new Token(isFloat ? Token.Kind.FLOAT : Token.Kind.INTEGER,
                source.substring(from, at).replace("_", ""), line);
    }

    private void digits() {
        while (isDigit(at) || at < source.length() && source.charAt(at) == '_' && isDigit(at + 1)) {
            at++;
        }
    }

    private Token string() {
        int firstLine = line;
        char quote = source.charAt(at);
        int end = at + 1;
        while (end < source.length() && source.charAt(end) != quote) {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length()) {
            throw errors.at(firstLine, "expected " + quote + " at the end of a string, found the end of the template");
        }
        String written = source.substring(at + 1, end);
        line += (int) written.chars().filter(c -> c == '\n').count();
        at = end + 1;
        return new Token(Token.Kind.STRING, Escapes.decode(written, errors, firstLine), firstLine);
    }
}
