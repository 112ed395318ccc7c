package dev.railhead.core.jinja;

/// A node that does something.
interface Statement {
    /// What comes after a statement.
    enum Signal {
        NEXT, BREAK, CONTINUE
    }

    Signal execute(Scope scope);
}
