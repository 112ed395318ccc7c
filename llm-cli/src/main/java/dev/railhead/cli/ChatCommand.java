package dev.railhead.cli;

import dev.railhead.ContextOverflowException;
import dev.railhead.FinishReason;
import dev.railhead.GenerationOptions;
import dev.railhead.GenerationResult;
import dev.railhead.Model;
import dev.railhead.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `llm chat`: a conversation, one line of standard input per message. Keys and values stay in the session between
/// turns, so each turn computes its own tokens only.
@Command(name = "chat", description = {
        "A conversation in the terminal, in the form of the model's own chat template; one line is one message.",
        "/clear forgets the conversation, /exit or the end of the input leaves. Ctrl-C stops the answer."})
final class ChatCommand implements Callable<Integer> {
    @Option(names = "--system", paramLabel = "TEXT", description = "The system message.")
    private @Nullable String system;

    @Mixin
    private LoadOptions load = new LoadOptions();
    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    private final Console console;

    ChatCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        GenerationOptions options = sampling.toGenerationOptions();
        try (Model model = load.load(console);
                Session session = model.newSession();
                Interrupts interrupts = Interrupts.install(this::explainExit)) {
            Conversation conversation = Conversation.with(model, system);
            if (console.terminalIn()) {
                console.err().println(model.metadata().name() + " on " + model.backend()
                        + "; /exit or Ctrl-D leaves, Ctrl-C stops an answer");
            }
            Generation generation = new Generation(console, console.out(), interrupts);
            converse(session, conversation, generation, options);
        }
        return Llm.DONE;
    }

    private void converse(Session session, Conversation conversation, Generation generation, GenerationOptions options)
            throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
        for (String line = ask(lines); line != null; line = ask(lines)) {
            switch (line.strip()) {
                case "" -> {
                }
                case "/exit" -> {
                    return;
                }
                case "/clear" -> {
                    conversation.clear();
                    session.rewind(0);
                }
                default -> answer(session, conversation, generation, options, line.strip());
            }
        }
        if (console.terminalIn()) {
            console.err().println();
        }
    }

    private void answer(Session session, Conversation conversation, Generation generation, GenerationOptions options,
            String message) {
        int[] prompt = conversation.ask(session, message);
        int before = session.position();
        try {
            GenerationResult result = generation.run(session, prompt, options);
            console.out().println();
            boolean read = before + prompt.length <= session.position();
            if (result.finishReason() == FinishReason.CONTEXT_FULL) {
                console.err().println("[the context of " + session.model().contextLength()
                        + " tokens is full; /clear begins anew]");
            }
            if (result.finishReason() == FinishReason.CANCELLED && !read) {
                session.rewind(before); // a question that was not read to its end is not part of the conversation
                conversation.withdraw();
            } else {
                conversation.answered(result.text());
            }
        } catch (ContextOverflowException e) {
            conversation.withdraw();
            console.err().println("[the message does not fit: " + e.getMessage() + "; /clear begins anew]");
        }
        if (console.out().checkError()) {
            throw new Failure("standard output was closed");
        }
    }

    private @Nullable String ask(BufferedReader lines) throws IOException {
        if (console.terminalIn()) {
            console.err().print("> ");
            console.err().flush();
        }
        return lines.readLine();
    }

    private void explainExit() {
        console.err().print("\n[/exit or Ctrl-D leaves]\n> ");
        console.err().flush();
    }
}
