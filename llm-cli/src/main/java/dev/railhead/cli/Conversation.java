package dev.railhead.cli;

import dev.railhead.Model;
import dev.railhead.Session;
import org.jspecify.annotations.Nullable;

/// What a conversation feeds to its session, message by message.
interface Conversation {
    /// The conversation in the form that the model's chat template gives it, in ChatML if it has none.
    ///
    /// @param system the system message
    /// @throws Failure if the model has neither
    static Conversation with(Model model, @Nullable String system) {
        return model.metadata().chatTemplate().isPresent()
                ? new TemplateConversation(model.chatTemplate(), system)
                : new ChatMl(model.tokenizer(), model.metadata().name(), system);
    }

    /// The tokens to feed for a message of the user. The session may be rewound for them.
    int[] ask(Session session, String message);

    /// The last message was answered.
    void answered(String text);

    /// The last message is not part of the conversation.
    void withdraw();

    /// Begins anew.
    void clear();
}
