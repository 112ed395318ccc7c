package dev.railhead.core.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.railhead.ChatTemplateException;
import dev.railhead.ChatTemplateRejectedException;
import dev.railhead.gguf.testing.ReferenceData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Published templates with conversations of all kinds: each text is Python's, and what fails there fails here.
class CorpusTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TestFactory
    Stream<DynamicContainer> templates() throws IOException {
        Path folder = ReferenceData.of("chat-templates");
        JsonNode corpus = JSON.readTree(folder.resolve("cases.json").toFile());
        Clock clock = Clock.fixed(LocalDateTime.parse(corpus.get("now").asText()).toInstant(ZoneOffset.UTC),
                ZoneOffset.UTC);
        Map<String, Stream.Builder<DynamicTest>> byTemplate = new LinkedHashMap<>();
        Map<String, Template> parsed = new HashMap<>();
        for (JsonNode node : corpus.get("cases")) {
            String name = node.get("template").asText();
            if (!parsed.containsKey(name)) {
                parsed.put(name,
                        Template.parse(name, Files.readString(folder.resolve("templates").resolve(name))));
            }
            Template template = parsed.get(name);
            byTemplate.computeIfAbsent(name, n -> Stream.builder())
                    .add(DynamicTest.dynamicTest(node.get("conversation").asText(),
                            () -> check(template, node, variables(corpus.get("special_tokens"), node), clock)));
        }
        return byTemplate.entrySet().stream().map(e -> DynamicContainer.dynamicContainer(e.getKey(),
                e.getValue().build()));
    }

    private static Map<String, @Nullable Object> variables(JsonNode specialTokens, JsonNode node) {
        Map<String, @Nullable Object> variables = new HashMap<>();
        variables.put("tools", null);
        variables.put("documents", null);
        specialTokens.properties().forEach(e -> variables.put(e.getKey(), e.getValue().asText()));
        node.get("input").properties()
                .forEach(e -> variables.put(e.getKey(), JSON.convertValue(e.getValue(), Object.class)));
        return variables;
    }

    private static void check(Template template, JsonNode node, Map<String, @Nullable Object> variables,
            Clock clock) {
        if (node.has("expected")) {
            assertThat(template.render(variables, Limits.DEFAULTS, clock, System::nanoTime).text())
                    .isEqualTo(node.get("expected").asText());
            return;
        }
        assertThatThrownBy(() -> template.render(variables, Limits.DEFAULTS, clock, System::nanoTime))
                .isInstanceOf(node.get("must_fail").asBoolean()
                        ? ChatTemplateRejectedException.class
                        : ChatTemplateException.class)
                .hasMessageContaining(node.get("error").asText());
    }
}
