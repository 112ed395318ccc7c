package dev.railhead.core.jinja;

import dev.railhead.core.jinja.Chain.AttributeLink;
import dev.railhead.core.jinja.Expressions.ListLiteral;
import dev.railhead.core.jinja.Expressions.Name;
import java.util.ArrayList;
import java.util.List;

/// Parses what gives variables their values.
final class AssignmentParser {
    private final TokenStream stream;
    private final ExpressionParser expressions;
    private final StatementParser statements;

    AssignmentParser(TokenStream stream, ExpressionParser expressions, StatementParser statements) {
        this.stream = stream;
        this.expressions = expressions;
        this.statements = statements;
    }

    /// `{% set %}` after its first word.
    Statement set(int line) {
        Target target = target("=", true);
        if (stream.skipOperator("=")) {
            Expression value = expressions.primaries().tuple(true, false);
            stream.expectBlockEnd();
            return new Statements.Assign(line, target, value);
        }
        List<Chain.Link> filters = stream.skipOperator("|") ? filters() : List.of();
        stream.expectBodyBegin();
        return new Statements.AssignBlock(line, target, filters, statements.closedBody("endset"));
    }

    /// A filter and those behind it.
    List<Chain.Link> filters() {
        List<Chain.Link> filters = new ArrayList<>();
        do {
            filters.add(expressions.filter());
        } while (stream.skipOperator("|"));
        return filters;
    }

    /// `{% with %}` after its first word.
    Statement with(int line) {
        List<Target> targets = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!stream.isAt(Token.Kind.BLOCK_END)) {
            if (!targets.isEmpty()) {
                stream.expectOperator(",");
            }
            targets.add(new Target.NameTarget(variable(stream.name("the name of a variable"), stream.line())));
            stream.expectOperator("=");
            values.add(expressions.expression());
        }
        stream.expectBodyBegin();
        return new Statements.With(line, targets, values, statements.bodyBefore("endwith"));
    }

    /// A name, or several with commas between them.
    ///
    /// @param end the name or operator that ends it
    /// @param withAttributes whether attributes of namespaces can stand for names
    Target target(String end, boolean withAttributes) {
        int line = stream.line();
        return toTarget(expressions.primaries().tupleOfPrimaries(end, withAttributes), line);
    }

    private Target toTarget(Expression written, int line) {
        return switch (written) {
            case Name(String name) -> new Target.NameTarget(variable(name, line));
            case Chain(Name(String name), List<Chain.Link> links) when links
                    .getFirst() instanceof AttributeLink(String attribute) ->
                new Target.AttributeTarget(name, attribute);
            case ListLiteral(List<Expression> items, boolean isTuple) when isTuple -> new Target.TupleTarget(
                    items.stream().map(item -> toTarget(item, line)).toList());
            default -> throw stream.error(line, "expected the name of a variable to assign to");
        };
    }

    private String variable(String name, int line) {
        if (name.equals("not") || name.equals("if") || name.equals("in")) {
            throw stream.error(line, "expected the name of a variable, found '" + name + "'");
        }
        return name;
    }
}
