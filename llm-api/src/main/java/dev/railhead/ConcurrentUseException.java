package dev.railhead;

/// A session was used by two threads at once, or by a listener from within its own call.
public class ConcurrentUseException extends RailheadException {
    private static final long serialVersionUID = 1;

    /// @param message what, where, expected, found, remedy
    public ConcurrentUseException(String message) {
        super(message);
    }

    /// @param message what, where, expected, found, remedy
    /// @param cause what led to it
    public ConcurrentUseException(String message, Throwable cause) {
        super(message, cause);
    }
}
