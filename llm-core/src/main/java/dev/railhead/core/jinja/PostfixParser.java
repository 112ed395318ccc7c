package dev.railhead.core.jinja;

import dev.railhead.core.jinja.Expressions.ListLiteral;
import dev.railhead.core.jinja.Expressions.Literal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Parses what can follow a value: attributes, elements, calls, filters, tests.
final class PostfixParser {
    private static final Set<String> NO_TEST_ARGUMENT = Set.of("else", "or", "and");

    private final TokenStream stream;
    private final ExpressionParser expressions;
    private final PrimaryParser primaries;

    PostfixParser(TokenStream stream, ExpressionParser expressions, PrimaryParser primaries) {
        this.stream = stream;
        this.expressions = expressions;
        this.primaries = primaries;
    }

    /// `.name`, `[key]`, `(arguments)`, as many as there are.
    void addPostfixes(List<Chain.Link> links) {
        while (true) {
            if (stream.skipOperator(".")) {
                links.add(attribute());
            } else if (stream.skipOperator("[")) {
                links.add(subscript());
                stream.expectOperator("]");
            } else if (stream.isAtOperator("(")) {
                links.add(new Chain.CallLink(arguments()));
            } else {
                return;
            }
        }
    }

    private Chain.Link attribute() {
        if (stream.isAt(Token.Kind.INTEGER)) {
            return new Chain.ItemLink(new Literal(primaries.integer(stream.next())));
        }
        return new Chain.AttributeLink(stream.name("a name or a number after '.'"));
    }

    private Chain.Link subscript() {
        List<Expression> keys = new ArrayList<>();
        if (stream.isAtOperator("]")) {
            return new Chain.ItemLink(new ListLiteral(keys, true)); // the reference takes the empty tuple for a key
        }
        do {
            Expression start = stream.isAtOperator(":") ? null : expressions.expression();
            if (stream.skipOperator(":")) {
                if (!keys.isEmpty()) {
                    throw stream.expected("one slice");
                }
                Expression stop = bound();
                Expression step = stream.skipOperator(":") ? bound() : null;
                return new Chain.SliceLink(start, stop, step);
            }
            keys.add(start == null ? new Literal(None.NONE) : start);
        } while (stream.skipOperator(","));
        return new Chain.ItemLink(keys.size() == 1 ? keys.getFirst() : new ListLiteral(keys, true));
    }

    private @Nullable Expression bound() {
        return stream.isAtOperator(":") || stream.isAtOperator("]") ? null : expressions.expression();
    }

    /// `|filter`, `is test` and calls, as many as there are.
    void addFilters(List<Chain.Link> links) {
        while (true) {
            if (stream.skipOperator("|")) {
                links.add(filter());
            } else if (stream.skipName("is")) {
                links.add(test());
            } else if (stream.isAtOperator("(")) {
                links.add(new Chain.CallLink(arguments()));
            } else {
                return;
            }
        }
    }

    /// A filter after its `|`.
    Chain.Link filter() {
        String name = dottedName("the name of a filter");
        return new Chain.FilterLink(name, stream.isAtOperator("(") ? arguments() : ArgumentList.NONE);
    }

    private String dottedName(String what) {
        var name = new StringBuilder(stream.name(what));
        while (stream.skipOperator(".")) {
            name.append('.').append(stream.name(what));
        }
        return name.toString();
    }

    private Chain.Link test() {
        boolean isNegated = stream.skipName("not");
        String name = dottedName("the name of a test");
        if (stream.isAtOperator("(")) {
            return new Chain.TestLink(name, isNegated, arguments());
        }
        if (!isTestArgument()) {
            return new Chain.TestLink(name, isNegated, ArgumentList.NONE);
        }
        if (stream.isAtName("is")) {
            throw stream.expected("no second test (tests can't be chained)");
        }
        stream.enter();
        Expression argument = primaries.primary();
        List<Chain.Link> links = new ArrayList<>();
        addPostfixes(links);
        stream.leave();
        return new Chain.TestLink(name, isNegated,
                ArgumentList.of(links.isEmpty() ? argument : new Chain(argument, links)));
    }

    private boolean isTestArgument() {
        Token token = stream.current();
        return switch (token.kind()) {
            case NAME -> !NO_TEST_ARGUMENT.contains(token.text()) && !isKeyword(token.text());
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> token.text().equals("[") || token.text().equals("{");
            default -> false;
        };
    }

    /// The reference takes `if` and `in` for arguments here and then fails; nothing is lost by understanding them.
    private static boolean isKeyword(String name) {
        return name.equals("if") || name.equals("in") || name.equals("not") || name.equals("recursive");
    }

    /// The arguments of a call with their brackets.
    ArgumentList arguments() {
        stream.expectOperator("(");
        List<Expression> positional = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Expression> named = new ArrayList<>();
        Expression rest = null;
        Expression namedRest = null;
        while (!stream.isAtOperator(")")) {
            if (stream.skipOperator("**")) {
                namedRest = expressions.expression();
            } else if (stream.skipOperator("*")) {
                rest = expressions.expression();
            } else if (stream.isAt(Token.Kind.NAME) && stream.following().is(Token.Kind.OPERATOR, "=")) {
                names.add(stream.next().text());
                stream.next();
                named.add(expressions.expression());
            } else if (names.isEmpty() && rest == null && namedRest == null) {
                positional.add(expressions.expression());
            } else {
                throw stream.expected("named arguments after a named one");
            }
            primaries.comma(")");
        }
        stream.expectOperator(")");
        return new ArgumentList(positional, names, named, rest, namedRest);
    }
}
