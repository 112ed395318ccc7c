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

/// Parses literals, names and brackets.
final class PrimaryParser {
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

    Object integer(Token token) {
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

    /// Goes over a comma, unless the list ends.
    void comma(String close) {
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
    /// @param withAttributes whether an attribute can stand behind a name
    Expression tupleOfPrimaries(String end, boolean withAttributes) {
        List<Expression> items = new ArrayList<>();
        boolean comma = false;
        while (!isTupleEnd(end)) {
            Expression primary = primary();
            items.add(withAttributes && primary instanceof Name && stream.skipOperator(".")
                    ? new Chain(primary, List.of(new Chain.AttributeLink(stream.name("the name of an attribute"))))
                    : primary);
            if (!stream.skipOperator(",")) {
                break;
            }
            comma = true;
        }
        if (items.isEmpty()) {
            throw stream.expected("the name of a variable");
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
}
