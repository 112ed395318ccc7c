package dev.railhead;

/// A model can't be loaded. The message names the file and the key, tensor or offset.
public class ModelLoadException extends RailheadException {
    private static final long serialVersionUID = 1;

    /// @param message what, where, expected, found, remedy
    public ModelLoadException(String message) {
        super(message);
    }

    /// @param message what, where, expected, found, remedy
    /// @param cause what led to it
    public ModelLoadException(String message, Throwable cause) {
        super(message, cause);
    }
}
