package dev.railhead;

/// A chat template is missing, can't be read, or can't be rendered with what it was given. The text names the template and
/// the line.
public class ChatTemplateException extends RailheadException {
    private static final long serialVersionUID = 1;

    /// @param message what, where, expected, found, remedy
    public ChatTemplateException(String message) {
        super(message);
    }

    /// @param message what, where, expected, found, remedy
    /// @param cause what led to it
    public ChatTemplateException(String message, Throwable cause) {
        super(message, cause);
    }
}
