package dev.railhead;

/// Rendering a chat template takes more time, memory or nesting than a template may.
public class ChatTemplateLimitException extends ChatTemplateException {
    private static final long serialVersionUID = 1;

    /// @param message what, where, expected, found, remedy
    public ChatTemplateLimitException(String message) {
        super(message);
    }
}
