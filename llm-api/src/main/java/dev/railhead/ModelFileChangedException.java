package dev.railhead;

/// A file changed while it was loaded, or while a model computed from it ([LoadMode#MAPPED]). The model has failed and
/// must be loaded again.
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

    /// Part of a mapped file is gone, as when it was truncated in place.
    ///
    /// @param file what messages call the file
    /// @param cause the JVM's way to say that a page of a mapping is gone
    public static ModelFileChangedException gone(String file, InternalError cause) {
        return new ModelFileChangedException("model file " + file
                + ": expected it unchanged while it is in use, found part of it gone (" + cause.getMessage()
                + "); load it again, and replace model files by an atomic rename", cause);
    }
}
