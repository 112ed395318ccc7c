package dev.railhead;

/// A file is damaged, truncated or not what it claims to be.
public class ModelFormatException extends ModelLoadException {
    private static final long serialVersionUID = 1;

    /// @param message what, where, expected, found, remedy
    public ModelFormatException(String message) {
        super(message);
    }

    /// @param message what, where, expected, found, remedy
    /// @param cause what led to it
    public ModelFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
