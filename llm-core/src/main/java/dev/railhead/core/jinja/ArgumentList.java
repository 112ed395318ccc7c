package dev.railhead.core.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The arguments of a call in the template.
///
/// @param names of the last arguments, in order
/// @param rest `*rest`
/// @param namedRest `**namedRest`
record ArgumentList(List<Expression> positional, List<String> names, List<Expression> named,
        @Nullable Expression rest, @Nullable Expression namedRest) {
    static final ArgumentList NONE = new ArgumentList(List.of(), List.of(), List.of(), null, null);

    static ArgumentList of(Expression argument) {
        return new ArgumentList(List.of(argument), List.of(), List.of(), null, null);
    }

    Arguments evaluate(Scope scope) {
        if (this == NONE) {
            return Arguments.NONE;
        }
        List<Object> values = new ArrayList<>(positional.size());
        for (Expression argument : positional) {
            values.add(argument.evaluate(scope));
        }
        if (rest != null) {
            List<Object> more = Iteration.of(rest.evaluate(scope));
            scope.budget().steps(more.size());
            values.addAll(more);
        }
        Map<String, Object> byName = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            put(byName, names.get(i), named.get(i).evaluate(scope));
        }
        if (namedRest != null) {
            if (!(namedRest.evaluate(scope) instanceof DictValue dict)) {
                throw new Fault("argument after ** must be a mapping");
            }
            scope.budget().steps(dict.size());
            dict.entries().forEach(entry -> put(byName, name(entry.key()), entry.value()));
        }
        return new Arguments(values, byName);
    }

    private static String name(Object key) {
        if (key instanceof Text text) {
            return text.string();
        }
        throw new Fault("keywords must be strings");
    }

    private static void put(Map<String, Object> byName, String name, Object value) {
        if (byName.put(name, value) != null) {
            throw new Fault("got multiple values for keyword argument '" + name + "'");
        }
    }
}
