package dev.railhead.cli;

import dev.railhead.demo.DemoModel;
import dev.railhead.gguf.ModelFiles;
import dev.railhead.spi.ModelSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A model's file opened without loading the model, so that files which hold only a vocabulary work too. The demo model
/// is unpacked into a temporary directory until this is closed.
final class ModelFile implements AutoCloseable {
    private final Path path;
    private final ModelSource source;
    private final @Nullable Path temporaryDirectory;

    private ModelFile(Path path, ModelSource source, @Nullable Path temporaryDirectory) {
        this.path = path;
        this.source = source;
        this.temporaryDirectory = temporaryDirectory;
    }

    /// Opens a file.
    ///
    /// @param model null for the demo model
    /// @param tokenizer a llama2.c `tokenizer.bin`; null for the one beside the checkpoint
    /// @throws dev.railhead.ModelLoadException if it can't be read
    static ModelFile open(@Nullable Path model, @Nullable Path tokenizer) throws IOException {
        if (model != null) {
            return new ModelFile(model, ModelFiles.open(model, tokenizer), null);
        }
        Path directory = Files.createTempDirectory("llm");
        Path file = directory.resolve(DemoModel.NAME);
        try (InputStream in = DemoModel.open()) {
            Files.copy(in, file);
            return new ModelFile(file, ModelFiles.open(file, null), directory);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            Files.deleteIfExists(directory);
            throw e;
        }
    }

    Path path() {
        return path;
    }

    ModelSource source() {
        return source;
    }

    @Override
    public void close() throws IOException {
        source.close();
        if (temporaryDirectory != null) {
            Files.deleteIfExists(path);
            Files.deleteIfExists(temporaryDirectory);
        }
    }
}
