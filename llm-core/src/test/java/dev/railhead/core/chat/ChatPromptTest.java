package dev.railhead.core.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.ChatMessage;
import dev.railhead.ChatPrompt;
import dev.railhead.RenderedPrompt;
import dev.railhead.ToolCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChatPromptTest {
    @Test
    void messagesAreWhatTemplatesKnow() {
        assertThat(ChatMessage.system("a").fields()).containsExactly(Map.entry("role", "system"),
                Map.entry("content", "a"));
        assertThat(ChatMessage.user("a").role()).isEqualTo("user");
        assertThat(ChatMessage.of("ipython", "a").role()).isEqualTo("ipython");
        assertThat(ChatMessage.tool("7", "a").withName("f").fields()).containsExactly(Map.entry("role", "tool"),
                Map.entry("content", "a"), Map.entry("tool_call_id", "7"), Map.entry("name", "f"));
        assertThat(ChatMessage.assistant("a").withReasoning("b").fields()).containsEntry("reasoning_content", "b");
        assertThat(ChatMessage.user("a").withParts(List.of(Map.of("type", "text"))).fields()).containsEntry("content",
                List.of(Map.of("type", "text")));
        assertThat(ChatMessage.assistant("").with("content", null).fields()).containsEntry("content", null);
    }

    @Test
    void toolCallsKeepTheOrderThatTemplatesPrint() {
        ChatMessage message = ChatMessage.assistant("").withToolCalls(new ToolCall("7", "f", Map.of("x", 1)),
                new ToolCall("8", "g", "{}"));

        assertThat(message.fields().get("tool_calls")).hasToString(
                "[{id=7, type=function, function={name=f, arguments={x=1}}},"
                        + " {id=8, type=function, function={name=g, arguments={}}}]");
        assertThatThrownBy(() -> new ToolCall("7", "f", 5)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("arguments of tool call '7': expected a Map or a String, found java.lang.Integer");
    }

    @Test
    void aMessageNeedsARole() {
        assertThatThrownBy(() -> new ChatMessage(Map.of("content", "a"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("chat message: expected a string as its role, found null");
    }

    @Test
    void laterChangesDoNotReachAPrompt() {
        Map<String, Object> fields = new LinkedHashMap<>(Map.of("role", "user"));
        ChatMessage message = new ChatMessage(fields);
        List<ChatMessage> messages = new ArrayList<>(List.of(message));
        Map<String, Object> tool = new LinkedHashMap<>(Map.of("name", "f"));
        ChatPrompt.Builder builder = ChatPrompt.builder().messages(messages).tool(tool).variable("v", 1);
        ChatPrompt prompt = builder.build();

        fields.put("content", "changed");
        messages.clear();
        tool.clear();
        builder.message(ChatMessage.user("more")).variable("v", 2).addGenerationPrompt(false);

        assertThat(prompt.messages()).containsExactly(new ChatMessage(Map.of("role", "user")));
        assertThat(prompt.tools()).isEqualTo(List.of(Map.of("name", "f")));
        assertThat(prompt.variables()).isEqualTo(Map.of("v", 1));
        assertThat(prompt.addGenerationPrompt()).isTrue();
    }

    @Test
    void variablesDoNotTakeThePlaceOfMessages() {
        for (String name : List.of("messages", "tools", "add_generation_prompt")) {
            assertThatThrownBy(() -> ChatPrompt.builder().variable(name, 1))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'" + name + "'");
        }
    }

    @Test
    void renderedPromptsKnowWhatIsTrusted() {
        RenderedPrompt prompt = RenderedPrompt.of("0123456789", 0, 3, 5, 8);

        assertThat(prompt.isTrusted(0, 3)).isTrue();
        assertThat(prompt.isTrusted(1, 2)).isTrue();
        assertThat(prompt.isTrusted(5, 8)).isTrue();
        assertThat(prompt.isTrusted(0, 4)).isFalse();
        assertThat(prompt.isTrusted(3, 4)).isFalse();
        assertThat(prompt.isTrusted(2, 6)).isFalse();
        assertThat(prompt.isTrusted(8, 9)).isFalse();
        assertThat(prompt.isTrusted(9, 9)).isTrue(); // no character is untrusted
        assertThat(prompt.trusted()).containsExactly(0, 3, 5, 8);
        assertThat(prompt).isEqualTo(RenderedPrompt.of("0123456789", 0, 3, 5, 8))
                .isNotEqualTo(RenderedPrompt.of("0123456789", 0, 3)).hasToString("0123456789")
                .hasSameHashCodeAs(RenderedPrompt.of("0123456789", 0, 3, 5, 8));
    }

    @Test
    void offsetsOfARenderedPromptAreChecked() {
        for (int[] bad : new int[][]{{0}, {-1, 2}, {2, 1}, {1, 1}, {0, 4}, {0, 1, 1, 2}}) {
            assertThatThrownBy(() -> RenderedPrompt.of("abc", bad)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("trusted stretches: expected ");
        }
    }
}
