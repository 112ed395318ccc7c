package dev.railhead.cli;

import dev.railhead.EmbeddingModel;
import dev.railhead.EmbeddingOptions;
import dev.railhead.LoadMode;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.PackedCache;
import dev.railhead.demo.DemoModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// How a model is loaded.
final class LoadOptions {
    @Mixin
    private ModelSelection selection = new ModelSelection();

    @Option(names = {"-t",
            "--threads"}, paramLabel = "N", description = "Threads that compute (default: one per processor).")
    private int threads;

    @Option(names = {"-c",
            "--context"}, paramLabel = "N", description = "Positions a session holds (default: the model's own).")
    private int context;

    @Option(names = "--backend", paramLabel = "NAME", description = "cpu or reference (default: the fastest that works here).")
    private @Nullable String backend;

    @Option(names = "--load-mode", paramLabel = "MODE", defaultValue = "PACKED", description = "packed: copy the weights into the fastest form; mapped: compute from the mapped file. "
            + "Default: packed.")
    private LoadMode loadMode = LoadMode.PACKED;

    @Option(names = "--packed-cache", description = "Keep the packed weights in a file beside the model, as large as the model; "
            + "the next load takes them from there in milliseconds. The first run waits at its end until the file is written.")
    private boolean packedCache;

    @Option(names = "--packed-cache-dir", paramLabel = "DIR", description = "Keep that file in DIR instead.")
    private @Nullable Path packedCacheDirectory;

    @Option(names = "--packed-cache-mode", paramLabel = "MODE", description = "copy: compute from the mapped file at once and copy "
            + "it to memory meanwhile; map: leave it mapped, which takes no memory of its own and decodes at three quarters of "
            + "the speed. Implies --packed-cache. Default: copy.")
    private PackedCache.@Nullable Mode packedCacheMode;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /// Set by picocli.
    @SuppressWarnings("NullAway.Init")
    LoadOptions() {}

    boolean isDemo() {
        return selection.isDemo();
    }

    /// The asked-for context length, or 0.
    int context() {
        return context;
    }

    /// The options without progress.
    ///
    /// @throws CommandLine.ParameterException if a number is out of range
    ModelOptions toModelOptions() {
        try {
            return ModelOptions.defaults().withLoadMode(loadMode).withThreads(threads).withContextLength(context)
                    .withBackend(backend).withTokenizer(selection.tokenizer).withPackedCache(packedCache());
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    /// Opens the file without loading the model.
    ///
    /// @throws dev.railhead.ModelLoadException if it can't be read
    ModelFile openFile() throws IOException {
        return ModelFile.open(selection.model, selection.tokenizer);
    }

    private @Nullable PackedCache packedCache() {
        if (!packedCache && packedCacheDirectory == null && packedCacheMode == null) {
            return null;
        }
        return new PackedCache(packedCacheDirectory,
                packedCacheMode == null ? PackedCache.Mode.COPY : packedCacheMode);
    }

    /// Loads the model for vectors, with a progress bar.
    ///
    /// @param options the model's options in them are replaced by these
    EmbeddingModel loadEmbedding(Console console, EmbeddingOptions options) throws IOException {
        Path file = selection.model;
        try (ProgressBar bar = new ProgressBar(console, "loading")) {
            EmbeddingOptions all = options.withModel(toModelOptions().withProgress(bar::update));
            if (file != null) {
                return EmbeddingModel.load(file, all);
            }
            try (InputStream in = DemoModel.open()) {
                return EmbeddingModel.load(DemoModel.NAME, in, all);
            }
        }
    }

    /// Loads the model with a progress bar.
    Model load(Console console) {
        return load(console, toModelOptions());
    }

    /// Loads the model with a progress bar.
    Model load(Console console, ModelOptions options) {
        Path file = selection.model;
        try (ProgressBar bar = new ProgressBar(console, "loading")) {
            ModelOptions withProgress = options.withProgress(bar::update);
            return file == null ? DemoModel.load(withProgress) : Model.load(file, withProgress);
        }
    }
}
