package dev.railhead;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a [ChatTemplate] makes a prompt of: messages, tools, and settings of the template. Immutable.
///
/// ```java
/// ChatPrompt prompt = ChatPrompt.builder().message(ChatMessage.user("Why is the sky blue?"))
///         .variable("enable_thinking", false).build();
/// ```
public final class ChatPrompt {
    private static final Set<String> OWN_VARIABLES = Set.of("messages", "tools", "add_generation_prompt");

    private final List<ChatMessage> messages;
    private final List<Map<String, ?>> tools;
    private final boolean addGenerationPrompt;
    private final Map<String, @Nullable Object> variables;

    private ChatPrompt(Builder b) {
        messages = List.copyOf(b.messages);
        tools = List.copyOf(b.tools);
        addGenerationPrompt = b.addGenerationPrompt;
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(b.variables));
    }

    /// A conversation without tools, to be answered by the model.
    public static ChatPrompt of(ChatMessage... messages) {
        return of(List.of(messages));
    }

    /// A conversation without tools, to be answered by the model.
    public static ChatPrompt of(Collection<ChatMessage> messages) {
        return builder().messages(messages).build();
    }

    /// A builder without messages.
    public static Builder builder() {
        return new Builder();
    }

    /// The conversation.
    public List<ChatMessage> messages() {
        return messages;
    }

    /// The functions that the model may call.
    public List<Map<String, ?>> tools() {
        return tools;
    }

    /// Whether the prompt ends with the begin of an answer.
    public boolean addGenerationPrompt() {
        return addGenerationPrompt;
    }

    /// Settings of the template, by name.
    public Map<String, @Nullable Object> variables() {
        return variables;
    }

    /// Puts a prompt together. Not safe for use by several threads.
    public static final class Builder {
        private final List<ChatMessage> messages = new ArrayList<>();
        private final List<Map<String, ?>> tools = new ArrayList<>();
        private final Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        private boolean addGenerationPrompt = true;

        private Builder() {}

        /// Adds a message to the end.
        public Builder message(ChatMessage message) {
            messages.add(message);
            return this;
        }

        /// Adds messages to the end.
        public Builder messages(Collection<ChatMessage> more) {
            messages.addAll(more);
            return this;
        }

        /// Adds a function that the model may call, described as in the OpenAI API:
        /// `{"type": "function", "function": {"name", "description", "parameters": JSON schema}}`.
        ///
        /// @param tool null, strings, numbers, booleans, and lists and maps of them; use an ordered map, as its order is
        ///     that of the prompt
        public Builder tool(Map<String, ?> tool) {
            tools.add(Collections.unmodifiableMap(new LinkedHashMap<>(tool)));
            return this;
        }

        /// Adds functions that the model may call, as [#tool(Map)].
        public Builder tools(Collection<? extends Map<String, ?>> more) {
            more.forEach(this::tool);
            return this;
        }

        /// Whether the prompt ends with the begin of an answer; true unless set.
        public Builder addGenerationPrompt(boolean add) {
            addGenerationPrompt = add;
            return this;
        }

        /// Sets a variable that the template knows, for example `enable_thinking`. Strings in it count as text from
        /// outside.
        ///
        /// @throws IllegalArgumentException if it is one that the other methods set
        public Builder variable(String name, @Nullable Object value) {
            if (OWN_VARIABLES.contains(name)) {
                throw new IllegalArgumentException("variable '" + name
                        + "' of a chat prompt: expected another name, this one has a method of its own");
            }
            variables.put(name, value);
            return this;
        }

        /// The prompt.
        public ChatPrompt build() {
            return new ChatPrompt(this);
        }
    }
}
