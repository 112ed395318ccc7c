package dev.railhead.core.jinja;

/// What isn't there: prints as nothing, is false and empty, and fails in any other use.
///
/// @param reason what a use of it says
record Undefined(String reason) {
    static Undefined name(String name) {
        return new Undefined("'" + name + "' is undefined");
    }

    static Undefined attribute(Object of, String name) {
        return new Undefined("'" + Types.description(of) + "' has no attribute '" + name + "'");
    }

    Fault fault() {
        return new Fault(reason);
    }
}
