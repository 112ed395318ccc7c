package dev.railhead.core.session;

import dev.railhead.LoadMode;
import dev.railhead.LoadProgress;
import dev.railhead.MemoryEstimate;
import dev.railhead.Model;
import dev.railhead.ModelFileChangedException;
import dev.railhead.ModelMetadata;
import dev.railhead.ModelOptions;
import dev.railhead.SamplingDefaults;
import dev.railhead.Tokenizer;
import dev.railhead.core.kv.KvPool;
import dev.railhead.core.model.Architectures;
import dev.railhead.core.model.Graph;
import dev.railhead.core.model.Weights;
import dev.railhead.core.sampling.SamplingMetadata;
import dev.railhead.core.tokenizer.Tokenizers;
import dev.railhead.spi.Backend;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.ModelSource;
import java.lang.foreign.Arena;
import java.util.function.LongSupplier;

/// Makes a model of an open file.
public final class ModelLoader {
    private ModelLoader() {}

    /// Loads a model. The source is closed when it is not needed any more: by this method, or by the model.
    ///
    /// @param source an open model file; owned by this method, also when it throws
    public static Model load(ModelSource source, ModelOptions options) {
        return load(source, options, System::nanoTime);
    }

    /// As [#load(ModelSource, ModelOptions)].
    ///
    /// @param nanoTime the clock of deadlines and timings: monotonic, as [System#nanoTime()]
    static Model load(ModelSource source, ModelOptions options, LongSupplier nanoTime) {
        Backend backend = null;
        Arena arena = Arena.ofShared();
        try {
            // First, because what is missing in a file of another family is not its fault.
            Architectures.check(source.metadata());
            Tokenizer tokenizer = Tokenizers.of(source.metadata());
            ModelMetadata metadata = MetadataSummary.of(source);
            SamplingDefaults sampling = SamplingMetadata.read(source.metadata());
            backend = Backends.create(options.backend(), options.effectiveThreads());
            KvLayout kvLayout = MemoryPlan.kvLayout(source, options);
            MemoryPlan plan = MemoryPlan.of(source, backend, options);
            backend.warmUp(Workloads.of(source, options.loadMode(), kvLayout));
            LoadProgress progress = options.progress();
            var weights = new Weights(source, backend, options.loadMode(), arena, progress);
            Graph graph = Architectures.load(weights, plan.contextLength(), options.prefillChunk());
            boolean mapped = options.loadMode() == LoadMode.MAPPED;
            source.checkUnchanged();
            if (!mapped) {
                source.close();
            }
            progress.update(metadata.fileBytes(), metadata.fileBytes());
            var pool = new KvPool(kvLayout, plan.kvBudget());
            return new RailheadModel(new RailheadModel.Parts(metadata, tokenizer, sampling, backend, graph, pool, arena,
                    mapped ? source : null, plan.contextLength()), options, nanoTime);
        } catch (InternalError e) {
            var changed = ModelFileChangedException.gone(source.name(), e);
            free(backend, arena, source, changed);
            throw changed;
        } catch (Throwable t) {
            free(backend, arena, source, t);
            throw t;
        }
    }

    private static void free(@org.jspecify.annotations.Nullable Backend backend, Arena arena, ModelSource source,
            Throwable cause) {
        try (ModelSource _ = source; Arena _ = arena; Backend _ = backend) {
            // closes all three, the backend first
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /// Estimates the memory of a model.
    ///
    /// @param source an open model file; stays open
    public static MemoryEstimate estimate(ModelSource source, ModelOptions options) {
        Architectures.check(source.metadata());
        try (Backend backend = Backends.create(options.backend(), options.effectiveThreads())) {
            return MemoryPlan.estimate(source, backend, options);
        }
    }
}
