package dev.railhead;

/// Tokens don't fit into the context of a session.
public class ContextOverflowException extends RailheadException {
    private static final long serialVersionUID = 1;

    /// @param message what, where, expected, found, remedy
    public ContextOverflowException(String message) {
        super(message);
    }

    /// @param message what, where, expected, found, remedy
    /// @param cause what led to it
    public ContextOverflowException(String message, Throwable cause) {
        super(message, cause);
    }
}
