package dev.railhead.core.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Parses macros and call blocks.
final class MacroParser {
    /// Names that a macro can use without a parameter for them.
    private static final Set<String> SPECIAL = Set.of("caller", "kwargs", "varargs");

    private final TokenStream stream;
    private final ExpressionParser expressions;
    private final StatementParser statements;

    MacroParser(TokenStream stream, ExpressionParser expressions, StatementParser statements) {
        this.stream = stream;
        this.expressions = expressions;
        this.statements = statements;
    }

    /// `{% macro name(parameters) %}…{% endmacro %}` after its first word.
    Statement macro() {
        return new MacroStatements.Define(definition(stream.name("the name of a macro")));
    }

    private Macro.Definition definition(String name) {
        List<String> parameters = new ArrayList<>();
        List<Expression> defaults = new ArrayList<>();
        signature(parameters, defaults);
        stream.expectBodyBegin();
        return finish(name, false, parameters, defaults);
    }

    private Macro.Definition finish(String name, boolean isAnonymous, List<String> parameters,
            List<Expression> defaults) {
        Set<String> names = expressions.primaries().names();
        Set<String> before = new TreeSet<>(names);
        names.clear();
        Statements.Body body = statements.closedBody(isAnonymous ? "endcall" : "endmacro");
        List<String> used = names.stream().filter(SPECIAL::contains).toList();
        names.addAll(before);
        return new Macro.Definition(name, isAnonymous, parameters, defaults, used, body);
    }

    private void signature(List<String> parameters, List<Expression> defaults) {
        stream.expectOperator("(");
        while (!stream.isAtOperator(")")) {
            if (!parameters.isEmpty()) {
                stream.expectOperator(",");
                if (stream.isAtOperator(")")) {
                    break;
                }
            }
            int line = stream.line();
            parameters.add(stream.name("the name of a parameter"));
            if (stream.skipOperator("=")) {
                defaults.add(expressions.expression());
            } else if (!defaults.isEmpty()) {
                throw stream.error(line, "expected a default for parameter '" + parameters.getLast()
                        + "', as those before it have one");
            }
        }
        stream.expectOperator(")");
    }

    /// `{% call(parameters) callee(arguments) %}…{% endcall %}` after its first word.
    Statement call(int line) {
        List<String> parameters = new ArrayList<>();
        List<Expression> defaults = new ArrayList<>();
        if (stream.isAtOperator("(")) {
            signature(parameters, defaults);
        }
        Expression called = expressions.expression();
        if (!(called instanceof Chain(Expression first, List<Chain.Link> links))
                || !(links.getLast() instanceof Chain.CallLink(ArgumentList arguments))) {
            throw stream.error(line, "expected a call of a macro in 'call'");
        }
        stream.expectBodyBegin();
        Macro.Definition caller = finish("caller", true, parameters, defaults);
        return new MacroStatements.Call(line, caller, new Chain(first, links.subList(0, links.size() - 1)), arguments);
    }
}
