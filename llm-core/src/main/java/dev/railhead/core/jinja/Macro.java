package dev.railhead.core.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A macro, or the body of a call block.
///
/// @param scope where it was defined
record Macro(Definition definition, Scope scope) implements Callable, HasAttributes {
    /// What is written in the template.
    ///
    /// @param defaults of the last parameters
    /// @param isAnonymous whether it is the body of a call block
    /// @param used which of `varargs`, `kwargs` and `caller` its body mentions
    record Definition(String name, boolean isAnonymous, List<String> parameters, List<Expression> defaults,
            List<String> used,
            Statements.Body body) {}

    @Override
    public String name() {
        return definition.name;
    }

    @Override
    public @Nullable Object attribute(Rendering run, String name) {
        return switch (name) {
            case "name" -> definition.isAnonymous ? None.NONE : Text.template(definition.name);
            case "arguments" -> new ListValue(
                    definition.parameters.stream().<Object>map(Text::template).toList(), true);
            case "catch_varargs" -> definition.used.contains("varargs");
            case "catch_kwargs" -> definition.used.contains("kwargs");
            case "caller" -> definition.used.contains("caller");
            default -> null;
        };
    }

    @Override
    public String toString() {
        return "<Macro " + (definition.isAnonymous ? "anonymous" : "'" + definition.name + "'") + ">";
    }

    @Override
    public Object call(Rendering run, Arguments arguments) {
        Scope inner = scope.inner();
        return run.capture(() -> {
            bind(inner, arguments);
            definition.body.execute(inner);
        });
    }

    private void bind(Scope inner, Arguments arguments) {
        List<String> parameters = definition.parameters;
        List<Object> positional = arguments.positional();
        Map<String, Object> named = new LinkedHashMap<>(arguments.named());
        for (int i = 0; i < parameters.size(); i++) {
            String parameter = parameters.get(i);
            if (i < positional.size()) {
                inner.set(parameter, positional.get(i));
            } else {
                Object value = named.remove(parameter);
                inner.set(parameter, value != null ? value : defaultOf(inner, i));
            }
        }
        if (definition.used.contains("caller") && !parameters.contains("caller")) {
            Object caller = named.remove("caller");
            inner.set("caller", caller != null ? caller : new Undefined("No caller defined"));
        }
        if (definition.used.contains("kwargs")) {
            var rest = new DictValue();
            named.forEach((name, value) -> rest.put(inner.budget(), Text.content(name), value));
            inner.set("kwargs", rest);
        } else if (!named.isEmpty()) {
            throw new Fault("macro '" + definition.name + "' takes no keyword argument '"
                    + named.keySet().iterator().next() + "'");
        }
        List<Object> more = positional.subList(Math.min(parameters.size(), positional.size()), positional.size());
        if (definition.used.contains("varargs")) {
            inner.set("varargs", new ListValue(more, true));
        } else if (!more.isEmpty()) {
            throw new Fault("macro '" + definition.name + "' takes not more than " + parameters.size()
                    + " argument(s)");
        }
    }

    private Object defaultOf(Scope inner, int parameter) {
        int index = parameter - definition.parameters.size() + definition.defaults.size();
        return index >= 0
                ? definition.defaults.get(index).evaluate(inner)
                : new Undefined("parameter '" + definition.parameters.get(parameter) + "' was not provided");
    }
}
