package dev.railhead.cli;

import dev.railhead.EmbeddingModel;
import dev.railhead.EmbeddingOptions;
import dev.railhead.Pooling;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `llm embed`: texts to vectors.
@Command(name = "embed", description = "Prints the embedding of each text, one JSON array a line.")
final class EmbedCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "TEXT", description = "The texts; if left out one text, standard input as UTF-8 to its end and untrimmed.")
    private List<String> texts = List.of();

    @Option(names = "--pooling", paramLabel = "HOW", description = "mean, cls, last, or none for an array of arrays, one for each token. Default: as the file "
            + "says, else mean for an encoder and last for a causal model.")
    private @Nullable Pooling pooling;

    @Option(names = "--raw", description = "Print vectors as they come out of the model instead of vectors of length 1.")
    private boolean raw;

    @Option(names = "--truncate", description = "Leave out the end of a text that is longer than the context.")
    private boolean truncate;

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Spec
    private CommandSpec command;

    private final Console console;

    @SuppressWarnings("NullAway.Init") // picocli sets the rest
    EmbedCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        List<String> inputs = texts.isEmpty() ? List.of(console.readAll()) : texts;
        EmbeddingOptions options = EmbeddingOptions.defaults().withPooling(pooling).withNormalized(!raw)
                .withTruncated(truncate);
        try (EmbeddingModel model = load.loadEmbedding(console, options)) {
            if (inputs.contains("") && model.tokenizer().encode("").length == 0) {
                throw new CommandLine.ParameterException(command.commandLine(),
                        "an empty text has no tokens in this model: give a TEXT");
            }
            switch (model.pooling()) {
                case NONE -> inputs.forEach(text -> print(model.tokenEmbeddings(text)));
                case RANK -> throw new Failure("the model judges pairs of texts and has no embeddings of its own:"
                        + " choose one with --pooling mean, cls, last or none");
                default -> {
                    for (float[] embedding : model.embed(inputs)) {
                        print(embedding);
                    }
                }
            }
        }
        return Llm.DONE;
    }

    private void print(Object vectors) {
        console.out().println(Json.write(vectors));
    }
}
