package dev.railhead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.ChatMessage;
import dev.railhead.ChatPrompt;
import dev.railhead.GenerationOptions;
import dev.railhead.Model;
import dev.railhead.Session;
import dev.railhead.demo.DemoModel;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TemplateConversationTest {
    private static final ChatMessage SYSTEM = ChatMessage.system("Be kind.");
    private static final ChatMessage QUESTION = ChatMessage.user("What is the capital of Norway?");

    private Model model;
    private Session session;
    private TemplateConversation conversation;

    @BeforeEach
    void open() {
        model = DemoModel.load();
        session = model.newSession();
        conversation = new TemplateConversation(model.chatTemplate(), "Be kind.");
    }

    @AfterEach
    void close() {
        model.close();
    }

    private String ask(String message) {
        int[] prompt = conversation.ask(session, message);
        return session.generate(prompt, GenerationOptions.greedy()).text();
    }

    /// What the session would hold, with the tokens that are still to be fed.
    private int[] whole(int... toFeed) {
        return IntStream.concat(IntStream.of(session.tokens()), IntStream.of(toFeed)).toArray();
    }

    private int[] encoded(ChatMessage... messages) {
        return model.chatTemplate().encode(ChatPrompt.of(messages));
    }

    @Test
    void laterPromptsGoOnFromWhatTheSessionHolds() {
        String answer = ask(QUESTION.fields().get("content").toString());
        conversation.answered(answer);
        int held = session.position();

        int[] toFeed = conversation.ask(session, "And of Sweden?");

        assertThat(session.position()).isEqualTo(held);
        assertThat(whole(toFeed)).isEqualTo(
                encoded(SYSTEM, QUESTION, ChatMessage.assistant(answer), ChatMessage.user("And of Sweden?")));
    }

    @Test
    void whatTheTemplateWritesOtherwiseIsReadAgain() {
        ask(QUESTION.fields().get("content").toString());
        conversation.answered("Something else.");

        int[] toFeed = conversation.ask(session, "Sure?");

        assertThat(whole(toFeed)).isEqualTo(
                encoded(SYSTEM, QUESTION, ChatMessage.assistant("Something else."), ChatMessage.user("Sure?")));
    }

    @Test
    void withdrawnMessagesAreForgotten() {
        conversation.ask(session, "Never mind.");
        conversation.withdraw();

        assertThat(conversation.ask(session, "Hi")).isEqualTo(encoded(SYSTEM, ChatMessage.user("Hi")));
    }

    @Test
    void clearingKeepsTheSystemMessageAndAtLeastOneTokenIsFed() {
        session.prefill(conversation.ask(session, "Hi"));
        conversation.clear();

        int[] toFeed = conversation.ask(session, "Hi");

        assertThat(toFeed).hasSize(1);
        assertThat(whole(toFeed)).isEqualTo(encoded(SYSTEM, ChatMessage.user("Hi")));
    }
}
