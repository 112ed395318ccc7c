package dev.railhead.cli;

import dev.railhead.ChatMessage;
import dev.railhead.ChatPrompt;
import dev.railhead.ChatTemplate;
import dev.railhead.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A conversation in the form of the model's chat template. The whole of it is rendered for each message, because
/// templates change what came before (they drop earlier reasoning); what the session holds already is not computed again.
final class TemplateConversation implements Conversation {
    private final ChatTemplate template;
    private final @Nullable String system;
    private final List<ChatMessage> messages = new ArrayList<>();

    TemplateConversation(ChatTemplate template, @Nullable String system) {
        this.template = template;
        this.system = system;
        clear();
    }

    @Override
    public int[] ask(Session session, String message) {
        messages.add(ChatMessage.user(message));
        int[] prompt = template.encode(ChatPrompt.of(messages));
        int[] held = session.tokens();
        int differs = Arrays.mismatch(held, prompt);
        // At least the last token is fed, for the logits that follow it.
        int kept = differs < 0 ? prompt.length - 1 : Math.min(differs, prompt.length - 1);
        session.rewind(kept);
        return Arrays.copyOfRange(prompt, kept, prompt.length);
    }

    @Override
    public void answered(String text) {
        messages.add(ChatMessage.assistant(text));
    }

    @Override
    public void withdraw() {
        messages.removeLast();
    }

    @Override
    public void clear() {
        messages.clear();
        if (system != null) {
            messages.add(ChatMessage.system(system));
        }
    }
}
