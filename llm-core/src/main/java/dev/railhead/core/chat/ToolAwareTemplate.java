package dev.railhead.core.chat;

import dev.railhead.ChatPrompt;
import dev.railhead.ChatTemplate;
import dev.railhead.RenderedPrompt;

/// Two templates: one for prompts with tools, one for those without.
record ToolAwareTemplate(ChatTemplate plain, ChatTemplate forTools) implements ChatTemplate {
    @Override
    public String name() {
        return plain.name();
    }

    @Override
    public String source() {
        return plain.source();
    }

    @Override
    public RenderedPrompt render(ChatPrompt prompt) {
        return chosen(prompt).render(prompt);
    }

    @Override
    public int[] encode(ChatPrompt prompt) {
        return chosen(prompt).encode(prompt);
    }

    private ChatTemplate chosen(ChatPrompt prompt) {
        return prompt.tools().isEmpty() ? plain : forTools;
    }
}
