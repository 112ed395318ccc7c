package dev.railhead;

/// A computation gave NaN or infinity: the weights are damaged or the input is out of range. The message names layer
/// and token.
public class NumericException extends RailheadException {
    private static final long serialVersionUID = 1;

    /// @param message what, where, expected, found, remedy
    public NumericException(String message) {
        super(message);
    }

    /// @param message what, where, expected, found, remedy
    /// @param cause what led to it
    public NumericException(String message, Throwable cause) {
        super(message, cause);
    }
}
