package dev.railhead.cli;

import static dev.railhead.cli.Terminal.CTRL_C;
import static dev.railhead.cli.Terminal.CTRL_D;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `llm chat` as a person meets it.
class ChatTerminalTest {
    private static final String PROMPT = "\n> ";
    private static final String EXIT_HINT = "[/exit or Ctrl-D leaves]";
    private static final String QUESTION = "Tell me a long story about a fox.";

    /// With all tokens nearly equally likely this seed meets no end token before the context is full, some seconds on.
    private static final String[] RAMBLING = {"--temp", "100", "--top-k", "0", "--top-p", "1", "--min-p", "0", "--seed",
            "1"};

    @BeforeEach
    void assumeATerminal() throws Exception {
        Terminal.assumeAvailable();
        LlmProcess.assumeInterruptsWork();
    }

    private static Terminal chat(String... options) throws Exception {
        List<String> args = new ArrayList<>(List.of("chat", "--backend", "reference"));
        args.addAll(List.of(options));
        return Terminal.start(LlmProcess.command(args.toArray(String[]::new)));
    }

    @Test
    void interruptStopsTheAnswerAndNotTheProgram() throws Exception {
        try (Terminal terminal = chat(RAMBLING)) {
            assertThat(terminal.readUntil(PROMPT)).contains("Ctrl-C stops an answer");
            terminal.type(QUESTION + "\n");
            terminal.readUntil(QUESTION + "\r\n");
            terminal.readUntil(" "); // the answer has begun

            terminal.type(CTRL_C);
            assertThat(terminal.readUntil(PROMPT)).contains("^C").doesNotContain(EXIT_HINT, "context");

            terminal.type(CTRL_C);
            assertThat(terminal.readUntil(PROMPT)).contains("^C").contains(EXIT_HINT);

            terminal.type("/exit\n");
            assertThat(terminal.readAll()).doesNotContain("llm");
            assertThat(terminal.exitCode()).isZero();
        }
    }

    @Test
    void theConversationGoesOnAfterAnInterrupt() throws Exception {
        try (Terminal terminal = chat(RAMBLING)) {
            terminal.readUntil(PROMPT);
            for (int i = 0; i < 2; i++) {
                terminal.type(QUESTION + "\n");
                terminal.readUntil(QUESTION + "\r\n");
                terminal.readUntil(" ");
                terminal.type(CTRL_C);
                assertThat(terminal.readUntil(PROMPT)).doesNotContain(EXIT_HINT);
            }
            terminal.type(CTRL_D);
            terminal.readAll();
            assertThat(terminal.exitCode()).isZero();
        }
    }

    @Test
    void theEndOfTheInputLeaves() throws Exception {
        try (Terminal terminal = chat("--greedy")) {
            terminal.readUntil(PROMPT);
            terminal.type("What is the capital of Norway?\n");
            assertThat(terminal.readUntil(PROMPT)).contains("The capital of Norway is Oslo.\r\n");

            terminal.type(CTRL_D);
            assertThat(terminal.readAll()).isEqualTo("\r\n");
            assertThat(terminal.exitCode()).isZero();
        }
    }
}
