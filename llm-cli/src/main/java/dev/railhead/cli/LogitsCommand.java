package dev.railhead.cli;

import dev.railhead.Model;
import dev.railhead.Session;
import dev.railhead.core.session.AllLogits;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `llm logits`: the raw output of the model, for comparison with other engines.
@Command(name = "logits", description = "Writes the logits that follow each token, as little-endian float32 "
        + "[positions][vocabulary].")
final class LogitsCommand implements Callable<Integer> {
    /// How the tokens are fed; the logits are the same.
    enum Mode {
        /// All in one batch, as a prompt is.
        BATCH,
        /// One by one, as generated tokens are.
        STEP
    }

    @Option(names = "--tokens", required = true, paramLabel = "IDS", converter = TokenIds.Converter.class, description = "Token ids, such as 1,2,3; fed as they are, without BOS.")
    private TokenIds tokens;

    @Option(names = "--mode", paramLabel = "MODE", defaultValue = "BATCH", description = "batch: all tokens at once; step: one by one. Default: batch.")
    private Mode mode = Mode.BATCH;

    @Option(names = {"-o", "--output"}, required = true, paramLabel = "FILE", description = "The file to write.")
    private Path output;

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Spec
    private CommandSpec command;

    private final Console console;

    @SuppressWarnings("NullAway.Init") // picocli sets the rest
    LogitsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (tokens.ids().length == 0) {
            throw new CommandLine.ParameterException(command.commandLine(), "--tokens: expected one or more ids");
        }
        try (Model model = load.load(console); Session session = model.newSession()) {
            int[] ids = tokens.checked(model.metadata().vocabularySize(), command.commandLine());
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(output), 1 << 16)) {
                switch (mode) {
                    case BATCH -> writeBatch(session, ids, out);
                    case STEP -> writeSteps(session, ids, out);
                }
            }
        }
        return Llm.DONE;
    }

    private static void writeBatch(Session session, int[] ids, OutputStream out) throws IOException {
        if (!(session instanceof AllLogits batch)) {
            throw new Failure("this engine gives no logits of a batch: use --mode step");
        }
        float[][] all;
        try {
            all = batch.allLogits(ids);
        } catch (IllegalStateException e) {
            throw new Failure(String.valueOf(e.getMessage())); // a model that wants a source text first
        }
        for (float[] logits : all) {
            write(logits, out);
        }
    }

    private void writeSteps(Session session, int[] ids, OutputStream out) throws IOException {
        try (ProgressBar bar = new ProgressBar(console, "computing")) {
            for (int i = 0; i < ids.length; i++) {
                session.decode(ids[i]);
                write(session.logits(), out);
                bar.update(i + 1, ids.length);
            }
        }
    }

    private static void write(float[] logits, OutputStream out) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(logits.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(logits);
        out.write(bytes.array());
    }
}
