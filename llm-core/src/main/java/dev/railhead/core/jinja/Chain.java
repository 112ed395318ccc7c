package dev.railhead.core.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A value and what follows it, from left to right: attributes, calls, filters, tests, operands. A list instead of a
/// tree, so that a long chain is no deep one.
record Chain(Expression first, List<Link> links) implements Expression {
    /// A step from one value to the next.
    interface Link {
        Object follow(Scope scope, Object value);
    }

    @Override
    public Object evaluate(Scope scope) {
        scope.budget().enter();
        Object value = first.evaluate(scope);
        for (Link link : links) {
            scope.budget().step();
            value = link.follow(scope, value);
        }
        scope.budget().leave();
        return value;
    }

    /// `.name`
    record AttributeLink(String name) implements Link {
        @Override
        public Object follow(Scope scope, Object value) {
            return Attributes.attribute(scope.run(), value, name);
        }
    }

    /// `[key]`
    record ItemLink(Expression key) implements Link {
        @Override
        public Object follow(Scope scope, Object value) {
            return Attributes.item(scope.run(), value, key.evaluate(scope));
        }
    }

    /// `[start:stop:step]`
    record SliceLink(@Nullable Expression start, @Nullable Expression stop, @Nullable Expression step)
            implements
                Link {
        @Override
        public Object follow(Scope scope, Object value) {
            return Slices.of(scope.run(), value, valueOf(start, scope), valueOf(stop, scope), valueOf(step, scope));
        }

        private static Object valueOf(@Nullable Expression bound, Scope scope) {
            return bound == null ? None.NONE : bound.evaluate(scope);
        }
    }

    /// `(arguments)`
    record CallLink(ArgumentList arguments) implements Link {
        @Override
        public Object follow(Scope scope, Object value) {
            return switch (value) {
                case Callable callable -> callable.call(scope.run(), arguments.evaluate(scope));
                case Undefined undefined -> throw undefined.fault();
                default -> throw new Fault("'" + Types.name(value) + "' object is not callable");
            };
        }
    }

    /// `|name(arguments)`
    record FilterLink(String name, ArgumentList arguments) implements Link {
        @Override
        public Object follow(Scope scope, Object value) {
            return Filters.apply(scope.run(), name, value, arguments.evaluate(scope));
        }
    }

    /// `is name(arguments)`
    record TestLink(String name, boolean isNegated, ArgumentList arguments) implements Link {
        @Override
        public Object follow(Scope scope, Object value) {
            return Tests.apply(scope.run(), name, value, arguments.evaluate(scope)) != isNegated;
        }
    }

    /// `+ operand` and the like
    record ArithmeticLink(String operator, Expression operand) implements Link {
        @Override
        public Object follow(Scope scope, Object value) {
            return Arithmetic.apply(scope.run(), operator, value, operand.evaluate(scope));
        }
    }
}
