package dev.railhead.core;

import dev.railhead.EmbeddingModel;
import dev.railhead.EmbeddingOptions;
import dev.railhead.MemoryEstimate;
import dev.railhead.Model;
import dev.railhead.ModelLoadException;
import dev.railhead.ModelOptions;
import dev.railhead.core.sampling.Samplers;
import dev.railhead.core.session.EmbeddingLoader;
import dev.railhead.core.session.ModelLoader;
import dev.railhead.gguf.GgufFile;
import dev.railhead.gguf.ModelFiles;
import dev.railhead.spi.Engine;
import dev.railhead.spi.ModelSource;
import dev.railhead.spi.SamplerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// Opens files and loads models. Stateless.
public final class RailheadEngine implements Engine {
    private final SamplerFactory samplers = new Samplers();

    /// For the service loader.
    public RailheadEngine() {}

    @Override
    public Model load(Path path, ModelOptions options) {
        return ModelLoader.load(() -> ModelFiles.open(path, options.tokenizer()), options);
    }

    @Override
    public Model load(String name, InputStream in, ModelOptions options) {
        return ModelLoader.load(() -> copy(name, in), options);
    }

    private static ModelSource copy(String name, InputStream in) {
        MemoryCopy copy;
        try {
            copy = MemoryCopy.of(in);
        } catch (IOException e) {
            throw new ModelLoadException(name + ": reading failed: " + e, e);
        }
        try {
            return new CopiedSource(GgufFile.of(name, copy.bytes()), copy);
        } catch (Throwable t) {
            copy.close();
            throw t;
        }
    }

    @Override
    public MemoryEstimate estimate(Path path, ModelOptions options) {
        try (ModelSource source = ModelFiles.open(path, options.tokenizer())) {
            return ModelLoader.estimate(source, options);
        }
    }

    @Override
    public EmbeddingModel loadEmbedding(Path path, EmbeddingOptions options) {
        return EmbeddingLoader.load(() -> ModelFiles.open(path, options.model().tokenizer()), options);
    }

    @Override
    public EmbeddingModel loadEmbedding(String name, InputStream in, EmbeddingOptions options) {
        return EmbeddingLoader.load(() -> copy(name, in), options);
    }

    @Override
    public MemoryEstimate estimateEmbedding(Path path, EmbeddingOptions options) {
        try (ModelSource source = ModelFiles.open(path, options.model().tokenizer())) {
            return EmbeddingLoader.estimate(source, options);
        }
    }

    @Override
    public SamplerFactory samplers() {
        return samplers;
    }
}
