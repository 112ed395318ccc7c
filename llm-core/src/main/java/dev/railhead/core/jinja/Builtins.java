package dev.railhead.core.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A table of built-in functions by name: the filters, the tests, the methods of a type.
final class Builtins {
    /// What a built-in function does.
    @FunctionalInterface
    interface Body {
        /// @param self what a filter or test is applied to, or whose method it is
        Object call(Rendering run, Object self, Bound arguments);
    }

    /// A body that takes its arguments as they were written.
    @FunctionalInterface
    interface OpenBody {
        Object call(Rendering run, Object self, Arguments arguments);
    }

    private final Map<String, OpenBody> bodies = new HashMap<>();

    /// Adds a function.
    ///
    /// @param signature as [Signature#of(String)] reads it
    Builtins add(String signature, Body body) {
        Signature read = Signature.of(signature);
        return addOpen(read.name(), (run, self, arguments) -> body.call(run, self, read.bind(arguments)));
    }

    /// Adds a function with any number of arguments.
    Builtins addOpen(String name, OpenBody body) {
        bodies.put(name, body);
        return this;
    }

    /// Another name for a function.
    Builtins alias(String name, String existing) {
        OpenBody body = bodies.get(existing);
        if (body == null) {
            throw new IllegalArgumentException("no function " + existing);
        }
        return addOpen(name, body);
    }

    @Nullable
    OpenBody find(String name) {
        return bodies.get(name);
    }

    /// The method of an object as a value, or null if there is none.
    @Nullable
    Callable method(Object self, String name) {
        OpenBody body = bodies.get(name);
        return body == null ? null : new Method(self, name, body);
    }

    private record Method(Object self, String name, OpenBody body) implements Callable {
        @Override
        public Object call(Rendering run, Arguments arguments) {
            return body.call(run, self, arguments);
        }
    }
}
