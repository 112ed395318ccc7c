package dev.railhead.core.jinja;

/// A node that has a value.
interface Expression {
    Object evaluate(Scope scope);
}
