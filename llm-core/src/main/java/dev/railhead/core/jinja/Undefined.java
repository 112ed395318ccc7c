package dev.railhead.core.jinja;

/// What isn't there: prints as nothing, is false and empty, and fails in any other use.
///
/// @param reason what a use of it says
record Undefined(String reason) {
    /// Characters of a name in a message, which nobody reads any more then.
    private static final int MAX_NAME = 200;

    static Undefined name(String name) {
        return new Undefined("'" + shortened(name) + "' is undefined");
    }

    static Undefined attribute(Object of, String name) {
        return new Undefined("'" + Types.description(of) + "' has no attribute '" + shortened(name) + "'");
    }

    static String shortened(String name) {
        return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "…";
    }

    Fault fault() {
        return new Fault(reason);
    }
}
