package dev.railhead;

import java.util.Map;

/// A model's wish to have a function called. Immutable.
///
/// @param id tells calls of one conversation apart; the answer, a [tool message][ChatMessage#tool(String, String)],
///     repeats it
/// @param name the function
/// @param arguments a map from names to JSON-like values, or the JSON text itself: most templates take the map, some the
///     text only
public record ToolCall(String id, String name, Object arguments) {
    /// @throws IllegalArgumentException if the arguments are neither a map nor a text
    public ToolCall {
        if (!(arguments instanceof Map) && !(arguments instanceof String)) {
            throw new IllegalArgumentException("arguments of tool call '" + id + "': expected a Map or a String, found "
                    + arguments.getClass().getName());
        }
    }

    /// The call as templates know it: `{"id", "type": "function", "function": {"name", "arguments"}}`.
    public Map<String, Object> toMap() {
        return Fields.of("id", id, "type", "function", "function", Fields.of("name", name, "arguments", arguments));
    }
}
