package dev.railhead;

/// A file changed while a model computed from it ([LoadMode#MAPPED]). The model has failed and must be loaded again.
public class ModelFileChangedException extends RailheadException {
    private static final long serialVersionUID = 1;

    /// @param message what, where, expected, found, remedy
    public ModelFileChangedException(String message) {
        super(message);
    }

    /// @param message what, where, expected, found, remedy
    /// @param cause what led to it
    public ModelFileChangedException(String message, Throwable cause) {
        super(message, cause);
    }
}
