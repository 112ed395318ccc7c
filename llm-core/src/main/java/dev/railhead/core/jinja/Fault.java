package dev.railhead.core.jinja;

/// An operation of a template failed. The text is Python's where Python has one; [Template] adds the place.
final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// How a rendering came to its end.
    enum Kind {
        /// The template did something that can't be done.
        OPERATION,
        /// The template called `raise_exception`.
        RAISED,
        /// A budget is used up.
        LIMIT
    }

    private final Kind kind;

    Fault(String message) {
        this(Kind.OPERATION, message);
    }

    Fault(Kind kind, String message) {
        super(message, null, false, false); // no stack trace: the place that matters is in the template
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
