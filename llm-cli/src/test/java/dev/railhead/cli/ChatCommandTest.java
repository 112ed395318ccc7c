package dev.railhead.cli;

import static dev.railhead.cli.Invocation.withInput;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
}
