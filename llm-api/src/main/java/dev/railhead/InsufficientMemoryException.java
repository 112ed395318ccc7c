package dev.railhead;

/// Memory would exceed the budget. The message lists every term.
public class InsufficientMemoryException extends RailheadException {
    private static final long serialVersionUID = 1;

    /// @param message what, where, expected, found, remedy
    public InsufficientMemoryException(String message) {
        super(message);
    }

    /// @param message what, where, expected, found, remedy
    /// @param cause what led to it
    public InsufficientMemoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
