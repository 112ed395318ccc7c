package dev.railhead.core.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/// The statements that define and call macros.
final class MacroStatements {
    private MacroStatements() {}

    /// `{% macro name(parameters) %}…{% endmacro %}`
    record Define(Macro.Definition definition) implements Statement {
        @Override
        public Signal execute(Scope scope) {
            scope.set(definition.name(), new Macro(definition, scope));
            return Signal.NEXT;
        }
    }

    /// `{% call(parameters) callee(arguments) %}…{% endcall %}`: the callee gets the body as the macro `caller`.
    record Call(int line, Macro.Definition caller, Expression callee, ArgumentList arguments) implements Statement {
        @Override
        public Signal execute(Scope scope) {
            scope.run().at(line);
            Object called = callee.evaluate(scope);
            if (called instanceof Undefined undefined) {
                throw undefined.fault();
            }
            if (!(called instanceof Callable callable)) {
                throw new Fault("'" + Types.name(called) + "' object is not callable");
            }
            Arguments written = arguments.evaluate(scope);
            Map<String, Object> named = new LinkedHashMap<>(written.named());
            named.put("caller", new Macro(caller, scope));
            Object result = callable.call(scope.run(), new Arguments(written.positional(), named));
            scope.run().out().append(Printing.str(scope.run(), result));
            return Signal.NEXT;
        }
    }
}
