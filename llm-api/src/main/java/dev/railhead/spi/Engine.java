package dev.railhead.spi;

import dev.railhead.EmbeddingModel;
import dev.railhead.EmbeddingOptions;
import dev.railhead.MemoryEstimate;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ServiceLoader;

/// The service behind the static methods of the API; `llm-core` provides it.
public interface Engine {
    /// As [Model#load(Path, ModelOptions)].
    Model load(Path path, ModelOptions options);

    /// As [Model#load(String, InputStream, ModelOptions)].
    Model load(String name, InputStream in, ModelOptions options);

    /// As [Model#estimate(Path, ModelOptions)].
    MemoryEstimate estimate(Path path, ModelOptions options);

    /// As [EmbeddingModel#load(Path, EmbeddingOptions)].
    EmbeddingModel loadEmbedding(Path path, EmbeddingOptions options);

    /// As [EmbeddingModel#load(String, InputStream, EmbeddingOptions)].
    EmbeddingModel loadEmbedding(String name, InputStream in, EmbeddingOptions options);

    /// As [EmbeddingModel#estimate(Path, EmbeddingOptions)].
    MemoryEstimate estimateEmbedding(Path path, EmbeddingOptions options);

    /// The built-in samplers.
    SamplerFactory samplers();

    /// The engine on the class path or module path.
    ///
    /// @throws IllegalStateException if there is none
    static Engine instance() {
        final class Holder {
            static final Engine INSTANCE = ServiceLoader.load(Engine.class, Engine.class.getClassLoader()).findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            "no Railhead engine found: add the dependency dev.railhead:llm-cpu (or llm-core)"));
        }
        return Holder.INSTANCE;
    }
}
