package dev.railhead.cli;

import dev.railhead.LoadMode;
import dev.railhead.ModelOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `llm inspect`: what is in a model file and what it needs.
@Command(name = "inspect", description = "Shows a file's metadata, tensors, packed size and memory estimate, without "
        + "loading it.")
final class InspectCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "FILE", description = "The model; the embedded demo model if left out.")
    private @Nullable Path file;

    @Option(names = {"-m", "--model"}, paramLabel = "FILE", description = "Another way to give FILE.")
    private @Nullable Path model;

    @Option(names = "--tokenizer", paramLabel = "FILE", description = "tokenizer.bin of a llama2.c checkpoint.")
    private @Nullable Path tokenizer;

    @Option(names = "--tensors", description = "List every tensor.")
    private boolean tensors;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(names = {"-c",
            "--context"}, paramLabel = "N", description = "Context length of the memory estimate (default: the model's own).")
    private int context;

    @Option(names = "--load-mode", paramLabel = "MODE", defaultValue = "PACKED", description = "Load mode of the memory estimate, packed or mapped. Default: packed.")
    private LoadMode loadMode = LoadMode.PACKED;

    @Spec
    private CommandSpec command;

    private final Console console;

    @SuppressWarnings("NullAway.Init") // picocli sets the rest
    InspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (file != null && model != null) {
            throw usage("FILE and -m are the same: give one of them");
        }
        ModelOptions options;
        try {
            options = ModelOptions.defaults().withContextLength(context).withLoadMode(loadMode)
                    .withTokenizer(tokenizer);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        try (ModelFile opened = ModelFile.open(file != null ? file : model, tokenizer)) {
            Inspection inspection = Inspection.of(opened, options);
            console.out().println(
                    json ? Json.writeIndented(inspection.toJson(tensors)) : inspection.toText(tensors));
        }
        return Llm.DONE;
    }

    private CommandLine.ParameterException usage(@Nullable String message) {
        return new CommandLine.ParameterException(command.commandLine(), message);
    }
}
