package dev.railhead.core.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.railhead.ChatTemplateException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every part of the language against what Python's jinja2 3.1.6 makes of it: texts must be equal, failures must be
/// failures, and name what Python names where the case says so.
class PythonTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TestFactory
    Stream<DynamicContainer> groups() throws IOException {
        JsonNode file;
        try (InputStream in = PythonTest.class.getResourceAsStream("/jinja/python.json")) {
            file = JSON.readTree(in);
        }
        Map<String, @Nullable Object> variables = new HashMap<>();
        file.get("variables").properties()
                .forEach(e -> variables.put(e.getKey(), JSON.convertValue(e.getValue(), Object.class)));
        return file.get("groups").properties().stream()
                .map(group -> DynamicContainer.dynamicContainer(group.getKey(), group.getValue().valueStream()
                        .map(node -> DynamicTest.dynamicTest("template: " + node.get("template").asText(),
                                () -> check(node, variables)))));
    }

    private static void check(JsonNode node, Map<String, @Nullable Object> variables) {
        String source = node.get("template").asText();
        if (node.has("expected")) {
            assertThat(Rendered.prompt(source, variables).text()).isEqualTo(node.get("expected").asText());
        } else {
            assertThatThrownBy(() -> Rendered.prompt(source, variables)).isInstanceOf(ChatTemplateException.class)
                    .hasMessageStartingWith("chat template 'test', line ")
                    .hasMessageContaining(node.get("fails").asText());
        }
    }
}
