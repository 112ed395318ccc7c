package dev.railhead.core.chat;

import dev.railhead.ChatMessage;
import dev.railhead.ChatPrompt;
import dev.railhead.ChatTemplate;
import dev.railhead.RenderedPrompt;
import dev.railhead.Tokenizer;
import dev.railhead.core.jinja.Limits;
import dev.railhead.core.jinja.Template;
import dev.railhead.core.jinja.TrustedText;
import java.time.Clock;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A chat template in the Jinja language.
record JinjaChatTemplate(String name, String source, Template template, SpecialTokenVariables specialTokens,
        Tokenizer tokenizer) implements ChatTemplate {
    /// Names of roles count as the template's own text, since some templates make special tokens of them: `<|user|>`.
    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool");

    @Override
    public RenderedPrompt render(ChatPrompt prompt) {
        Map<String, @Nullable Object> variables = new HashMap<>();
        variables.putAll(specialTokens.texts());
        variables.put("documents", null); // the reference passes it always, as it does tools
        variables.putAll(prompt.variables());
        variables.put("messages", prompt.messages().stream().map(JinjaChatTemplate::fields).toList());
        variables.put("tools", prompt.tools().isEmpty() ? null : prompt.tools());
        variables.put("add_generation_prompt", prompt.addGenerationPrompt());
        return template.render(variables, Limits.DEFAULTS, Clock.system(ZoneId.systemDefault()), System::nanoTime);
    }

    private static Map<String, @Nullable Object> fields(ChatMessage message) {
        if (!ROLES.contains(message.role())) {
            return message.fields();
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(message.fields());
        fields.put("role", new TrustedText(message.role()));
        return fields;
    }

    @Override
    public int[] encode(ChatPrompt prompt) {
        return tokenizer.encode(render(prompt));
    }

    @Override
    public String toString() {
        return "chat template '" + name + "'";
    }
}
