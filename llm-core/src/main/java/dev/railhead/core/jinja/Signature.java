package dev.railhead.core.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Name and parameters of a built-in function, written as `indent(width=, first=)`: a parameter with `=` may be left out.
///
/// @param required how many can't be left out; they come first
record Signature(String name, List<String> parameters, int required) {
    /// Reads the written form.
    static Signature of(String written) {
        int open = written.indexOf('(');
        String list = written.substring(open + 1, written.length() - 1);
        List<String> parameters = new ArrayList<>();
        int required = 0;
        for (String parameter : list.isEmpty() ? new String[0] : list.split(", ")) {
            boolean optional = parameter.endsWith("=");
            parameters.add(optional ? parameter.substring(0, parameter.length() - 1) : parameter);
            required += optional ? 0 : 1;
        }
        return new Signature(written.substring(0, open), List.copyOf(parameters), required);
    }

    /// Gives each parameter its argument.
    Bound bind(Arguments arguments) {
        if (arguments.positional().size() > parameters.size()) {
            throw new Fault(name + "() takes at most " + parameters.size() + " argument(s) ("
                    + arguments.positional().size() + " given)");
        }
        @Nullable
        Object[] values = arguments.positional().toArray(new @Nullable Object[parameters.size()]);
        Arrays.fill(values, arguments.positional().size(), values.length, null);
        for (Map.Entry<String, Object> named : arguments.named().entrySet()) {
            int index = parameters.indexOf(named.getKey());
            if (index < 0) {
                throw new Fault(name + "() got an unexpected keyword argument '" + named.getKey() + "'");
            }
            if (values[index] != null) {
                throw new Fault(name + "() got multiple values for argument '" + named.getKey() + "'");
            }
            values[index] = named.getValue();
        }
        for (int i = 0; i < required; i++) {
            if (values[i] == null) {
                throw new Fault(name + "() missing required argument: '" + parameters.get(i) + "'");
            }
        }
        return new Bound(this, values);
    }
}
