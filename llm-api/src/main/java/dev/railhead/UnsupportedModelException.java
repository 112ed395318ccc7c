package dev.railhead;

/// A file is sound, but needs something Railhead does not have: an architecture, a weight type, a tokenizer.
public class UnsupportedModelException extends ModelLoadException {
    private static final long serialVersionUID = 1;

    /// @param message what, where, expected, found, remedy
    public UnsupportedModelException(String message) {
        super(message);
    }

    /// @param message what, where, expected, found, remedy
    /// @param cause what led to it
    public UnsupportedModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
