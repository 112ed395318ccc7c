package dev.railhead.core.jinja;

import java.util.List;

/// What values are assigned to.
sealed interface Target {
    void assign(Scope scope, Object value);

    record NameTarget(String name) implements Target {
        @Override
        public void assign(Scope scope, Object value) {
            scope.set(name, value);
        }
    }

    /// `a, b`: the value is taken apart.
    record TupleTarget(List<Target> parts) implements Target {
        @Override
        public void assign(Scope scope, Object value) {
            if (!Iteration.isPossible(value)) {
                throw new Fault("cannot unpack non-iterable " + Types.name(value) + " object");
            }
            List<Object> items = Iteration.of(value);
            if (items.size() < parts.size()) {
                throw new Fault("not enough values to unpack (expected " + parts.size() + ", got " + items.size()
                        + ")");
            }
            if (items.size() > parts.size()) {
                throw new Fault("too many values to unpack (expected " + parts.size() + ")");
            }
            scope.budget().enter();
            for (int i = 0; i < items.size(); i++) {
                parts.get(i).assign(scope, items.get(i));
            }
            scope.budget().leave();
        }
    }

    /// `namespace.attribute`
    record AttributeTarget(String name, String attribute) implements Target {
        @Override
        public void assign(Scope scope, Object value) {
            if (!(scope.get(name) instanceof Namespace namespace)) {
                throw new Fault("cannot assign attribute on non-namespace object '" + name + "'");
            }
            namespace.attributes().put(attribute, value);
        }
    }
}
