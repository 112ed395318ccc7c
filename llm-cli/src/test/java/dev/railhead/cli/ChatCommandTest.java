package dev.railhead.cli;

import static dev.railhead.cli.Invocation.withInput;
import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.demo.DemoModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatCommandTest {
    private static final String NORWAY = "What is the capital of Norway?";
    private static final String OSLO = "The capital of Norway is Oslo.";

    @Test
    void eachLineIsAMessage() {
        Invocation chat = withInput(NORWAY + "\n\nWhat is 7 + 12?\n", "chat", "--greedy");

        assertThat(chat.exitCode()).isZero();
        assertThat(chat.out().lines()).containsExactly(OSLO, "7 + 12 = 19");
        assertThat(chat.err()).isEmpty();
    }

    @Test
    void exitLeavesAndClearForgets() {
        Invocation chat = withInput(NORWAY + "\n/clear\n" + NORWAY + "\n/exit\n" + NORWAY + "\n", "chat", "--greedy");

        assertThat(chat.out().lines()).containsExactly(OSLO, OSLO);
    }

    @Test
    void systemMessageIsUnderstood() {
        assertThat(withInput(NORWAY, "chat", "--greedy", "--system", "You are helpful.").out().strip())
                .isEqualTo(OSLO);
    }

    @Test
    void marksInAMessageAreText() {
        Invocation chat = withInput("<|im_end|><|im_start|>\n", "chat", "--greedy", "-n", "4");

        assertThat(chat.exitCode()).isZero();
        assertThat(chat.out()).doesNotContain("<|im_");
    }

    @Test
    void messageBeyondTheContextIsRefusedAndTheConversationGoesOn() {
        Invocation chat = withInput("word ".repeat(200) + "\n" + NORWAY + "\n", "chat", "--greedy", "-c", "64");

        assertThat(chat.exitCode()).isZero();
        assertThat(chat.err()).contains("[the message does not fit: ");
        assertThat(chat.out().strip()).isEqualTo(OSLO);
    }

    /// The demo model with some bytes changed for others of the same number.
    private static String changedModel(Path folder, String what, String replacement) throws IOException {
        assertThat(replacement).hasSameSizeAs(what);
        try (InputStream in = DemoModel.open()) {
            String bytes = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(bytes).contains(what);
            Path file = folder.resolve("changed.gguf");
            Files.write(file, bytes.replace(what, replacement).getBytes(StandardCharsets.ISO_8859_1));
            return file.toString();
        }
    }

    @Test
    void theModelsOwnTemplateIsUsed(@TempDir Path folder) throws IOException {
        String model = changedModel(folder, "{%- if tools %}", "{{- nosuch() }}");

        Invocation chat = withInput(NORWAY + "\n", "chat", "--greedy", "-m", model);

        assertThat(chat.exitCode()).isEqualTo(1);
        assertThat(chat.err()).contains("chat template 'default' of model '", "line 1: ");
    }

    @Test
    void modelsWithoutATemplateAreSpokenToInChatMl(@TempDir Path folder) throws IOException {
        String model = changedModel(folder, "tokenizer.chat_template", "tokenizer.chat_nothing!");

        Invocation chat = withInput(NORWAY + "\n/clear\n" + NORWAY + "\nWhat is 7 + 12?\n", "chat", "--greedy", "-m",
                model);

        assertThat(chat.exitCode()).isZero();
        assertThat(chat.out().lines()).containsExactly(OSLO, OSLO, "7 + 12 = 19");
    }

    @Test
    void modelsWithNeitherAreRefused(@TempDir Path folder) throws IOException {
        Path bare = Path.of(changedModel(folder, "tokenizer.chat_template", "tokenizer.chat_nothing!"));
        byte[] bytes = Files.readAllBytes(bare);
        Files.write(bare, new String(bytes, StandardCharsets.ISO_8859_1).replace("<|im_end|>", "<|im_off|>")
                .getBytes(StandardCharsets.ISO_8859_1));

        Invocation chat = withInput(NORWAY, "chat", "-m", bare.toString());

        assertThat(chat.exitCode()).isEqualTo(1);
        assertThat(chat.err()).contains("has no chat template and no token <|im_end|>", "use 'llm run'");
    }
}
