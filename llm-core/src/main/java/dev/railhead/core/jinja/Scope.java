package dev.railhead.core.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The variables of a block; those of the blocks around it are seen through it.
final class Scope {
    private final Rendering run;
    private final @Nullable Scope outer;
    private final Map<String, Object> variables;

    private Scope(Rendering run, @Nullable Scope outer, Map<String, Object> variables) {
        this.run = run;
        this.outer = outer;
        this.variables = variables;
    }

    /// The scope of a template.
    ///
    /// @param variables not changed
    static Scope root(Rendering run, Map<String, Object> variables) {
        return new Scope(run, null, variables).inner();
    }

    /// The scope of the template itself.
    Scope top() {
        Scope top = this;
        while (top.outer != null && top.outer.outer != null) {
            top = top.outer;
        }
        return top;
    }

    Scope inner() {
        return new Scope(run, this, new HashMap<>(4));
    }

    Rendering run() {
        return run;
    }

    Budget budget() {
        return run.budget();
    }

    void set(String name, Object value) {
        variables.put(name, value);
    }

    /// The variable, else the global function, else undefined.
    Object get(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            Object value = scope.variables.get(name);
            if (value != null) {
                return value;
            }
        }
        Object global = Globals.find(name);
        return global != null ? global : Undefined.name(name);
    }
}
