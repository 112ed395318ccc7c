package dev.railhead.core.jinja;

import dev.railhead.core.jinja.Expressions.DictLiteral;
import dev.railhead.core.jinja.Expressions.ListLiteral;
import dev.railhead.core.jinja.Expressions.Literal;
import dev.railhead.core.jinja.Expressions.Name;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Parses literals, names and brackets, and what can follow a value.
final class PrimaryParser {
    private static final Set<String> NO_TEST_ARGUMENT = Set.of("else", "or", "and");
    private static final int MAX_DIGITS = 4300; // of an integer literal, as in the reference

    private final TokenStream stream;
    private final ExpressionParser expressions;
    private final Set<String> names = new LinkedHashSet<>();

    PrimaryParser(TokenStream stream, ExpressionParser expressions) {
        this.stream = stream;
        this.expressions = expressions;
    }

    /// All names that were used since the set was last cleared; the caller may clear it.
    Set<String> names() {
        return names;
    }

    Expression primary() {
        Token token = stream.current();
        return switch (token.kind()) {
            case NAME -> name(stream.next().text());
            case STRING -> string();
            case INTEGER -> new Literal(integer(stream.next()));
            case FLOAT -> new Literal(Double.valueOf(stream.next().text()));
            default -> bracket();
        };
    }

    private Expression name(String name) {
        return switch (name) {
            case "true", "True" -> new Literal(true);
            case "false", "False" -> new Literal(false);
            case "none", "None" -> new Literal(None.NONE);
            default -> {
                names.add(name);
                yield new Name(name);
            }
        };
    }

    /// Strings beside each other are one.
    private Expression string() {
        var string = new StringBuilder();
        while (stream.isAt(Token.Kind.STRING)) {
            string.append(stream.next().text());
        }
        return new Literal(Text.template(string.toString()));
    }

    private Object integer(Token token) {
        String text = token.text();
        int radix = text.length() < 2 ? 10 : switch (text.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 10;
        };
        String digits = radix == 10 ? text : text.substring(2);
        if (radix == 10 && digits.startsWith("0") && !digits.matches("0+")) {
            throw stream.error(token.line(), "expected an integer without zeros before it, found '" + text + "'");
        }
        if (digits.length() > MAX_DIGITS) {
            throw stream.error(token.line(), "expected an integer of at most " + MAX_DIGITS + " digits");
        }
        try {
            return Numbers.integer(new BigInteger(digits, radix));
        } catch (NumberFormatException | Fault e) {
            throw stream.error(token.line(), "expected an integer, found '" + text + "'");
        }
    }

    private Expression bracket() {
        if (stream.skipOperator("(")) {
            Expression value = tuple(true, true, ")");
            stream.expectOperator(")");
            return value;
        }
        if (stream.skipOperator("[")) {
            List<Expression> items = new ArrayList<>();
            while (!stream.isAtOperator("]")) {
                items.add(expressions.expression());
                comma("]");
            }
            stream.expectOperator("]");
            return new ListLiteral(items, false);
        }
        if (stream.skipOperator("{")) {
            List<Expression> keys = new ArrayList<>();
            List<Expression> values = new ArrayList<>();
            while (!stream.isAtOperator("}")) {
                keys.add(expressions.expression());
                stream.expectOperator(":");
                values.add(expressions.expression());
                comma("}");
            }
            stream.expectOperator("}");
            return new DictLiteral(keys, values);
        }
        throw stream.expected("an expression");
    }

    private void comma(String close) {
        if (!stream.isAtOperator(close)) {
            stream.expectOperator(",");
        }
    }

    /// One expression, or several with commas between them, which are a tuple.
    ///
    /// @param withConditional whether an expression may have an `if` behind it
    /// @param emptyAllowed whether there may be no expression
    /// @param ends names and operators that end a tuple after a comma
    Expression tuple(boolean withConditional, boolean emptyAllowed, String... ends) {
        List<Expression> items = new ArrayList<>();
        boolean comma = false;
        while (!isTupleEnd(ends)) {
            items.add(withConditional ? expressions.expression() : expressions.alternatives());
            if (!stream.skipOperator(",")) {
                break;
            }
            comma = true;
        }
        if (items.size() == 1 && !comma) {
            return items.getFirst();
        }
        if (items.isEmpty() && !emptyAllowed) {
            throw stream.expected("an expression");
        }
        return new ListLiteral(items, true);
    }

    /// What can be assigned to, or several of it with commas between them.
    ///
    /// @param end the name or operator that ends it
    Expression tupleOfPrimaries(String end) {
        List<Expression> items = new ArrayList<>();
        boolean comma = false;
        while (!isTupleEnd(end)) {
            items.add(primary());
            if (!stream.skipOperator(",")) {
                break;
            }
            comma = true;
        }
        return items.size() == 1 && !comma ? items.getFirst() : new ListLiteral(items, true);
    }

    private boolean isTupleEnd(String... ends) {
        if (stream.isAt(Token.Kind.BLOCK_END) || stream.isAt(Token.Kind.VARIABLE_END)) {
            return true;
        }
        for (String end : ends) {
            if (stream.isAtOperator(end) || stream.isAtName(end)) {
                return true;
            }
        }
        return false;
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
            return new Chain.ItemLink(new Literal(integer(stream.next())));
        }
        return new Chain.AttributeLink(stream.name("a name or a number after '.'"));
    }

    private Chain.Link subscript() {
        List<Expression> keys = new ArrayList<>();
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
        Expression argument = primary();
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
            comma(")");
        }
        stream.expectOperator(")");
        return new ArgumentList(positional, names, named, rest, namedRest);
    }
}
