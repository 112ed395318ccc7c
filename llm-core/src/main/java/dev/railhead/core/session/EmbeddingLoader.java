package dev.railhead.core.session;

import dev.railhead.EmbeddingModel;
import dev.railhead.EmbeddingOptions;
import dev.railhead.MemoryEstimate;
import dev.railhead.ModelOptions;
import dev.railhead.Pooling;
import dev.railhead.core.model.Architectures;
import dev.railhead.core.model.Graph;
import dev.railhead.core.model.TextEncoder;
import dev.railhead.core.model.Weights;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.ModelSource;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes an embedding model of an open file.
public final class EmbeddingLoader {
    private EmbeddingLoader() {}

    /// Opens and loads a model. The source is closed when it is not needed any more: by this method, or by the model.
    ///
    /// @param file opens the model file
    public static EmbeddingModel load(Supplier<ModelSource> file, EmbeddingOptions options) {
        long begin = System.nanoTime();
        ModelSource source = file.get();
        ModelOptions fitted;
        Pooling pooling;
        PairText pairs;
        try {
            Architectures.check(source.metadata());
            fitted = WholeTextPlan.fitHeap(source, options.model());
            Pooling asked = options.pooling();
            pooling = asked != null ? asked : TextEncoder.pooling(source.metadata());
            pairs = new PairText(source.metadata());
        } catch (Throwable t) {
            source.close();
            throw t;
        }
        var purpose = new ForVectors();
        RailheadModel model = ModelLoader.load(source, fitted, purpose, System::nanoTime, begin);
        return new RailheadEmbeddingModel(model, Objects.requireNonNull(purpose.encoder), pooling, pairs, options);
    }

    /// A model whose hidden states are wanted.
    private static final class ForVectors implements ModelLoader.Purpose {
        private @Nullable TextEncoder encoder;

        @Override
        public void check(Metadata metadata) {
            Architectures.check(metadata);
        }

        @Override
        public Graph load(Weights weights, int contextLength, int capacity) {
            TextEncoder loaded = Architectures.loadEncoder(weights, contextLength, capacity);
            encoder = loaded;
            return loaded;
        }
    }

    /// Estimates the memory of a model.
    ///
    /// @param source an open model file; stays open
    public static MemoryEstimate estimate(ModelSource source, EmbeddingOptions options) {
        Architectures.check(source.metadata());
        return ModelLoader.estimate(source, WholeTextPlan.fit(source, options.model()));
    }
}
