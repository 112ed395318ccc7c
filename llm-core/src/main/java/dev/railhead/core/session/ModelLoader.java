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
import dev.railhead.core.cache.PackedWeights;
import dev.railhead.core.cache.WeightFile;
import dev.railhead.core.kv.KvPool;
import dev.railhead.core.kv.SequenceLayout;
import dev.railhead.core.model.Architectures;
import dev.railhead.core.model.Graph;
import dev.railhead.core.model.Weights;
import dev.railhead.core.sampling.SamplingMetadata;
import dev.railhead.core.sampling.SuppressedTokens;
import dev.railhead.core.tokenizer.Tokenizers;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.ModelSource;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes a model of an open file.
public final class ModelLoader {
    private static final System.Logger LOGGER = System.getLogger(ModelLoader.class.getName());

    private ModelLoader() {}

    /// Opens and loads a model. The source is closed when it is not needed any more: by this method, or by the model.
    ///
    /// @param file opens the model file
    public static Model load(Supplier<ModelSource> file, ModelOptions options) {
        long begin = System.nanoTime();
        return generating(file.get(), options, System::nanoTime, begin);
    }

    /// Loads a model.
    ///
    /// @param source an open model file; owned by this method, also when it throws
    /// @param nanoTime the clock of deadlines and timings: monotonic, as [System#nanoTime()]
    static Model load(ModelSource source, ModelOptions options, LongSupplier nanoTime) {
        return generating(source, options, nanoTime, nanoTime.getAsLong());
    }

    private static Model generating(ModelSource source, ModelOptions options, LongSupplier nanoTime, long begin) {
        ModelOptions fitted;
        try {
            fitted = readsSource(source)
                    ? WholeTextPlan.fitHeap(source, options)
                    : ChunkPlan.fit(source.metadata(), options);
        } catch (Throwable t) {
            source.close();
            throw t;
        }
        return load(source, fitted, Purpose.GENERATION, nanoTime, begin);
    }

    private static boolean readsSource(ModelSource source) {
        // First, because what is missing in a file of another family is not its fault.
        Architectures.check(source.metadata());
        return Architectures.decoderStart(source.metadata()) >= 0;
    }

    /// What a model is loaded for.
    interface Purpose {
        /// A model that continues texts.
        Purpose GENERATION = new Purpose() {
            @Override
            public void check(Metadata metadata) {
                Architectures.checkGenerates(metadata);
            }

            @Override
            public Graph load(Weights weights, int contextLength, int capacity) {
                return Architectures.load(weights, contextLength, capacity);
            }
        };

        /// Refuses a file of which nothing can be made.
        void check(Metadata metadata);

        /// Packs the weights.
        ///
        /// @param capacity largest number of rows of a step
        Graph load(Weights weights, int contextLength, int capacity);
    }

    /// Loads a model.
    ///
    /// @param source an open model file; owned by this method, also when it throws
    /// @param begin when loading began, by the clock `nanoTime`
    static RailheadModel load(ModelSource source, ModelOptions options, Purpose purpose, LongSupplier nanoTime,
            long begin) {
        Backend backend = null;
        PackedWeights packed = null;
        var arena = new AheadArena();
        try {
            purpose.check(source.metadata());
            backend = Backends.create(options.backend(), options.effectiveThreads());
            SequenceLayout sequences = MemoryPlan.sequenceLayout(source, options);
            packed = PackedWeights.of(source, backend, options);
            MemoryPlan plan = MemoryPlan.of(source, packed, options);
            arena.expect(MemoryPlan.matrices(source, packed));
            backend.warmUp(Workloads.of(source, options.loadMode(), sequences.kv()));
            Tokenizer tokenizer = Tokenizers.of(source.metadata());
            ModelMetadata metadata = MetadataSummary.of(source);
            SamplingDefaults sampling = SamplingMetadata.read(source.metadata());
            SuppressedTokens suppressed = SuppressedTokens.read(source.metadata(), metadata.vocabularySize());
            int decoderStart = Architectures.decoderStart(source.metadata());
            LoadProgress progress = options.progress();
            var weights = new Weights(source, backend, packed, arena, progress);
            Graph graph = purpose.load(weights, plan.contextLength(), options.prefillChunk());
            arena.finish();
            boolean mapped = options.loadMode() == LoadMode.MAPPED;
            source.checkUnchanged();
            if (!mapped) {
                source.close();
            }
            progress.update(metadata.fileBytes(), metadata.fileBytes());
            var pool = new KvPool(sequences, plan.kvBudget());
            Duration loadTime = Duration.ofNanos(nanoTime.getAsLong() - begin);
            LOGGER.log(System.Logger.Level.DEBUG, () -> source.name() + ": " + metadata.fileBytes()
                    + " bytes of weights loaded in " + loadTime.toMillis() + " ms");
            KeptWeights kept = packed.isKept() ? new KeptWeights(packed, arena) : null;
            var model = new RailheadModel(
                    new RailheadModel.Parts(metadata, tokenizer, sampling, suppressed, backend, graph,
                            pool, arena, mapped ? WeightFile.of(source) : kept, plan.contextLength(), decoderStart,
                            loadTime),
                    options, nanoTime);
            if (kept != null) {
                kept.start(); // last, since nothing may fail any more
            }
            return model;
        } catch (InternalError e) {
            var changed = ModelFileChangedException.gone(source.name(), e);
            free(backend, packed, arena, source, changed);
            throw changed;
        } catch (Throwable t) {
            free(backend, packed, arena, source, t);
            throw t;
        }
    }

    private static void free(@Nullable Backend backend, @Nullable PackedWeights packed, Arena arena,
            ModelSource source, Throwable cause) {
        try (ModelSource _ = source; PackedWeights _ = packed; Arena _ = arena; Backend _ = backend) {
            // closes all four, the backend first
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /// Estimates the memory of a model.
    ///
    /// @param source an open model file; stays open
    public static MemoryEstimate estimate(ModelSource source, ModelOptions options) {
        ModelOptions fitted = readsSource(source)
                ? WholeTextPlan.fit(source, options)
                : ChunkPlan.fit(source.metadata(), options);
        try (Backend backend = Backends.create(fitted.backend(), fitted.effectiveThreads());
                PackedWeights packed = PackedWeights.of(source, backend, fitted)) {
            return MemoryPlan.estimate(source, packed, fitted);
        }
    }
}
