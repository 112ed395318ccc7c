package dev.railhead.cli;

/// A command can't go on, for a reason of its own; the message is for the operator.
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// @param message what, where, what to do
    Failure(String message) {
        super(message);
    }
}
