package dev.railhead;

/// The chat template itself refuses a conversation, for example because its roles do not alternate or the model knows no
/// system role.
public class ChatTemplateRejectedException extends ChatTemplateException {
    private static final long serialVersionUID = 1;

    private final String reason;

    /// @param message what, where, and the reason
    /// @param reason the template's own words
    public ChatTemplateRejectedException(String message, String reason) {
        super(message);
        this.reason = reason;
    }

    /// The template's own words.
    public String reason() {
        return reason;
    }
}
