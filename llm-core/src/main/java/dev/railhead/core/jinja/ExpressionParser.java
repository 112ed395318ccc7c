package dev.railhead.core.jinja;

import dev.railhead.core.jinja.Expressions.Comparison;
import dev.railhead.core.jinja.Expressions.Concatenation;
import dev.railhead.core.jinja.Expressions.Conditional;
import dev.railhead.core.jinja.Expressions.Logic;
import dev.railhead.core.jinja.Expressions.Not;
import dev.railhead.core.jinja.Expressions.Sign;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Parses operators, from those that bind least to those that bind most; the reference's order, in which `~` binds more
/// than `+`, and `**` goes from left to right.
final class ExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

    private final TokenStream stream;
    private final PrimaryParser primaries;
    private final PostfixParser postfixes;

    ExpressionParser(TokenStream stream) {
        this.stream = stream;
        this.primaries = new PrimaryParser(stream, this);
        this.postfixes = new PostfixParser(stream, this, primaries);
    }

    PrimaryParser primaries() {
        return primaries;
    }

    /// A filter after its `|`.
    Chain.Link filter() {
        return postfixes.filter();
    }

    /// An expression that may have an `if` behind it.
    Expression expression() {
        stream.enter();
        Expression value = alternatives();
        while (stream.skipName("if")) {
            Expression test = alternatives();
            Expression otherwise = stream.skipName("else") ? expression() : null;
            value = new Conditional(test, value, otherwise);
        }
        stream.leave();
        return value;
    }

    /// An expression without an `if` of its own: `or` and what binds more.
    Expression alternatives() {
        return logic("or", () -> logic("and", this::negation));
    }

    private Expression logic(String operator, Supplier<Expression> operand) {
        Expression first = operand.get();
        if (!stream.isAtName(operator)) {
            return first;
        }
        List<Expression> operands = new ArrayList<>(List.of(first));
        while (stream.skipName(operator)) {
            operands.add(operand.get());
        }
        return new Logic(operator.equals("and"), operands);
    }

    private Expression negation() {
        if (!stream.skipName("not")) {
            return comparison();
        }
        stream.enter();
        Expression operand = negation();
        stream.leave();
        return new Not(operand);
    }

    private Expression comparison() {
        Expression first = sum();
        List<String> operators = new ArrayList<>();
        List<Expression> operands = new ArrayList<>(List.of(first));
        for (String operator = comparisonOperator(); operator != null; operator = comparisonOperator()) {
            operators.add(operator);
            operands.add(sum());
        }
        return operators.isEmpty() ? first : new Comparison(operators, operands);
    }

    private @Nullable String comparisonOperator() {
        if (stream.isAt(Token.Kind.OPERATOR) && COMPARISONS.contains(stream.current().text())) {
            return stream.next().text();
        }
        if (stream.skipName("in")) {
            return "in";
        }
        if (stream.isAtName("not") && stream.following().is(Token.Kind.NAME, "in")) {
            stream.next();
            stream.next();
            return "not in";
        }
        return null;
    }

    private Expression sum() {
        return arithmetic(Set.of("+", "-"), this::concatenation);
    }

    private Expression concatenation() {
        Expression first = product();
        if (!stream.isAtOperator("~")) {
            return first;
        }
        List<Expression> operands = new ArrayList<>(List.of(first));
        while (stream.skipOperator("~")) {
            operands.add(product());
        }
        return new Concatenation(operands);
    }

    private Expression product() {
        return arithmetic(Set.of("*", "/", "//", "%"), this::power);
    }

    private Expression power() {
        return arithmetic(Set.of("**"), () -> signed(true));
    }

    private Expression arithmetic(Set<String> operators, Supplier<Expression> operand) {
        Expression first = operand.get();
        List<Chain.Link> links = new ArrayList<>();
        while (stream.isAt(Token.Kind.OPERATOR) && operators.contains(stream.current().text())) {
            String operator = stream.next().text();
            links.add(new Chain.ArithmeticLink(operator, operand.get()));
        }
        return links.isEmpty() ? first : new Chain(first, links);
    }

    /// A value with its sign and what follows it. A filter belongs to the signed value.
    private Expression signed(boolean withFilters) {
        Expression value;
        if (stream.isAtOperator("-") || stream.isAtOperator("+")) {
            boolean negative = stream.next().text().equals("-");
            stream.enter();
            value = new Sign(negative, signed(false));
            stream.leave();
        } else {
            value = primaries.primary();
        }
        List<Chain.Link> links = new ArrayList<>();
        postfixes.addPostfixes(links);
        if (withFilters) {
            postfixes.addFilters(links);
        }
        return links.isEmpty() ? value : new Chain(value, links);
    }
}
