package dev.railhead.core.jinja;

import dev.railhead.ChatTemplateException;
import java.util.List;

/// The tokens of a template, one after another, and how deep the parser is in them.
final class TokenStream {
    /// Nested brackets, operators and blocks in the source. A level takes up to fifteen frames of the thread's stack.
    private static final int MAX_DEPTH = 100;

    private final List<Token> tokens;
    private final SourceErrors errors;
    private int at;
    private int depth;

    /// @param tokens the last is the end
    TokenStream(List<Token> tokens, SourceErrors errors) {
        this.tokens = tokens;
        this.errors = errors;
    }

    Token current() {
        return tokens.get(at);
    }

    /// The token after the current one.
    Token following() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    /// Returns the current token and goes on to the next.
    Token next() {
        Token token = current();
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    boolean isAt(Token.Kind kind) {
        return current().kind() == kind;
    }

    boolean isAtOperator(String operator) {
        return current().is(Token.Kind.OPERATOR, operator);
    }

    boolean isAtName(String name) {
        return current().is(Token.Kind.NAME, name);
    }

    boolean skipOperator(String operator) {
        boolean found = isAtOperator(operator);
        if (found) {
            next();
        }
        return found;
    }

    boolean skipName(String name) {
        boolean found = isAtName(name);
        if (found) {
            next();
        }
        return found;
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw expected("'" + operator + "'");
        }
    }

    void expectName(String name) {
        if (!skipName(name)) {
            throw expected("'" + name + "'");
        }
    }

    /// A name, whichever.
    String name(String what) {
        if (!isAt(Token.Kind.NAME)) {
            throw expected(what);
        }
        return next().text();
    }

    /// The end of a tag that begins a body; a colon may stand before it, as in Python.
    void expectBodyBegin() {
        skipOperator(":");
        expectBlockEnd();
    }

    void expectBlockEnd() {
        if (!isAt(Token.Kind.BLOCK_END)) {
            throw expected("'%}'");
        }
        next();
    }

    int line() {
        return current().line();
    }

    void enter() {
        if (++depth > MAX_DEPTH) {
            throw errors.at(line(), "nesting deeper than " + MAX_DEPTH);
        }
    }

    void leave() {
        depth--;
    }

    ChatTemplateException expected(String what) {
        return errors.expected(what, current());
    }

    ChatTemplateException error(int line, String problem) {
        return errors.at(line, problem);
    }
}
