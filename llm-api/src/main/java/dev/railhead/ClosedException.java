package dev.railhead;

/// A model, session or stream was used after it was closed.
public class ClosedException extends RailheadException {
    private static final long serialVersionUID = 1;

    /// @param message what, where, expected, found, remedy
    public ClosedException(String message) {
        super(message);
    }

    /// @param message what, where, expected, found, remedy
    /// @param cause what led to it
    public ClosedException(String message, Throwable cause) {
        super(message, cause);
    }
}
