package dev.railhead;

/// The root of the exceptions that Railhead throws for reasons other than wrong arguments.
public class RailheadException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// @param message what, where, expected, found, remedy
    public RailheadException(String message) {
        super(message);
    }

    /// @param message what, where, expected, found, remedy
    /// @param cause what led to it
    public RailheadException(String message, Throwable cause) {
        super(message, cause);
    }
}
