package dev.railhead;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One message of a conversation, as chat templates know it: a role, a content and whatever else the template reads.
/// Immutable.
///
/// ```java
/// ChatMessage.system("Be brief.");
/// ChatMessage.user("What is the weather in Oslo?");
/// ChatMessage.assistant("").withToolCalls(new ToolCall("1", "weather", Map.of("city", "Oslo")));
/// ChatMessage.tool("1", "7 °C, rain").withName("weather");
/// ```
///
/// @param fields the message by field name, in order; `role` is one of them. Values are null, strings, numbers, booleans,
///     and lists and maps of them
public record ChatMessage(Map<String, @Nullable Object> fields) {
    private static final String ROLE = "role";
    private static final String CONTENT = "content";

    /// Copies the fields.
    ///
    /// @throws IllegalArgumentException if there is no role
    public ChatMessage {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        if (!(fields.get(ROLE) instanceof String)) {
            throw new IllegalArgumentException(
                    "chat message: expected a string as its role, found " + fields.get(ROLE));
        }
    }

    /// A message of any role.
    ///
    /// The roles `system`, `developer`, `user`, `assistant` and `tool` may be part of a special token, as in
    /// `<|user|>`; any other is plain text to the tokenizer, so that nobody can make up a special token with it.
    public static ChatMessage of(String role, String content) {
        return new ChatMessage(Fields.with(Map.of(ROLE, role), CONTENT, content));
    }

    /// Instructions for the whole conversation. Some models know no system role; their templates
    /// [refuse][ChatTemplateRejectedException] it.
    public static ChatMessage system(String content) {
        return of("system", content);
    }

    /// What the user says.
    public static ChatMessage user(String content) {
        return of("user", content);
    }

    /// What the model said.
    public static ChatMessage assistant(String content) {
        return of("assistant", content);
    }

    /// What a function that the model called has returned.
    ///
    /// @param toolCallId the [id][ToolCall#id()] of the call
    /// @param content the result, most often JSON
    public static ChatMessage tool(String toolCallId, String content) {
        return of("tool", content).with("tool_call_id", toolCallId);
    }

    /// The role.
    public String role() {
        return String.valueOf(fields.get(ROLE));
    }

    /// The calls that the model wants to have made.
    public ChatMessage withToolCalls(ToolCall... calls) {
        return with("tool_calls", List.of(calls).stream().map(ToolCall::toMap).toList());
    }

    /// The name of the speaker, or of the function whose result this is.
    public ChatMessage withName(String name) {
        return with("name", name);
    }

    /// What the model thought before it answered.
    public ChatMessage withReasoning(String reasoning) {
        return with("reasoning_content", reasoning);
    }

    /// A content of parts, such as `{"type": "text", "text": "…"}`, instead of a text.
    public ChatMessage withParts(List<? extends Map<String, ?>> parts) {
        return with(CONTENT, List.copyOf(parts));
    }

    /// A field that the template reads, added or replaced.
    public ChatMessage with(String field, @Nullable Object value) {
        return new ChatMessage(Fields.with(fields, field, value));
    }
}
