package dev.railhead.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;

/// Writes and reads the JSON of the commands.
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .configure(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN, true)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    /// One line of JSON.
    static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not writable as JSON: " + value.getClass(), e);
        }
    }

    /// JSON for people.
    static String writeIndented(Object value) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not writable as JSON: " + value.getClass(), e);
        }
    }

    /// The string that a JSON string stands for.
    ///
    /// @param where what an error calls the place
    /// @throws Failure if it is anything else
    static String readString(String json, String where) {
        try {
            if (MAPPER.readTree(json) instanceof com.fasterxml.jackson.databind.node.TextNode text) {
                return text.textValue();
            }
        } catch (JsonProcessingException e) {
            throw new Failure(where + ": expected a JSON string, found " + abbreviate(json) + " ("
                    + e.getOriginalMessage() + ")");
        }
        throw new Failure(where + ": expected a JSON string, found " + abbreviate(json));
    }

    private static String abbreviate(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }
}
