package dev.railhead.cli;

import dev.railhead.FinishReason;
import dev.railhead.GenerationOptions;
import dev.railhead.GenerationResult;
import dev.railhead.Model;
import dev.railhead.Session;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `llm run`: continues a prompt.
@Command(name = "run", description = "Continues the prompt, streaming the text to standard output.")
final class RunCommand implements Callable<Integer> {
    private static final String DEMO_PROMPT = "Once upon a time";

    @Parameters(arity = "0..1", paramLabel = "PROMPT", description = "The text to continue; special tokens in it are recognised. Standard input if left out; "
            + "\"" + DEMO_PROMPT + "\" for the demo model if that is empty too.")
    private @Nullable String prompt;

    @Mixin
    private LoadOptions load = new LoadOptions();
    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Option(names = "--json", description = "Print one JSON object at the end instead of the text: promptTokens, "
            + "tokens, text, finishReason, usage, timings.")
    private boolean json;

    @Spec
    private CommandSpec command;

    private final Console console;

    @SuppressWarnings("NullAway.Init") // picocli sets the rest
    RunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        GenerationOptions options = sampling.toGenerationOptions();
        String text = promptText();
        try (Model model = load.load(console); Session session = model.newSession()) {
            int[] tokens = model.tokenizer().encode(text, true, true);
            if (tokens.length == 0) {
                throw usage("the prompt is empty and the model has no BOS token to begin with: give a PROMPT");
            }
            GenerationResult result = generate(session, tokens, options);
            print(tokens, result, model);
            return exitCode(result);
        }
    }

    private GenerationResult generate(Session session, int[] tokens, GenerationOptions options) {
        try (Interrupts interrupts = Interrupts.install(() -> {})) {
            return new Generation(console, json ? null : console.out(), interrupts).run(session, tokens, options);
        }
    }

    private void print(int[] prompt, GenerationResult result, Model model) {
        if (json) {
            console.out().println(Json.write(RunReport.of(prompt, result, model.loadTime())));
        } else {
            console.out().println();
            console.out().flush();
            console.err().println(RunReport.summary(model, result));
        }
    }

    private int exitCode(GenerationResult result) {
        if (console.out().checkError()) {
            throw new Failure("standard output was closed before the text ended");
        }
        return result.finishReason() == FinishReason.CANCELLED ? Llm.INTERRUPTED : Llm.DONE;
    }

    private String promptText() throws IOException {
        if (prompt != null) {
            return prompt;
        }
        String input = console.terminalIn() ? "" : console.readAll();
        if (!input.isEmpty()) {
            return input;
        }
        if (load.isDemo()) {
            return DEMO_PROMPT;
        }
        throw usage("no prompt: give it as PROMPT or on standard input");
    }

    private CommandLine.ParameterException usage(String message) {
        return new CommandLine.ParameterException(command.commandLine(), message);
    }
}
