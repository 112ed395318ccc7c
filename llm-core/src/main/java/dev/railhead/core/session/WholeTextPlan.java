package dev.railhead.core.session;

import dev.railhead.InsufficientMemoryException;
import dev.railhead.KvCacheType;
import dev.railhead.ModelOptions;
import dev.railhead.UnsupportedModelException;
import dev.railhead.core.model.Architectures;
import dev.railhead.core.model.Hyperparameters;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.ModelSource;
import dev.railhead.spi.Tensor;

/// Decides how long a text can be that is computed in one step: that of an encoder, whose tokens see those behind them.
///
/// Memory is taken for the longest: of an encoder off-heap for its hidden states, of a decoder that sees what is behind a token
/// on the heap for all activations. [MemoryPlan] then looks at all of it once more.
final class WholeTextPlan {
    private static final System.Logger LOGGER = System.getLogger(WholeTextPlan.class.getName());

    /// The largest number of rows of a step, [ModelOptions#prefillChunk()].
    private static final int MAX_ROWS = 65536;

    /// No text is shortened further than this to save memory.
    private static final int MIN_LENGTH = 512;

    private WholeTextPlan() {}

    /// The options that a model is loaded with which computes whole texts, or for vectors, and that its memory is estimated for.
    /// Keys and values are F32 unless asked otherwise: they are of one text at a time, or of models that are small.
    ///
    /// @throws UnsupportedModelException if longer texts are asked for than a step can have
    static ModelOptions fit(ModelSource source, ModelOptions options) {
        ModelOptions exact = options.kvCacheType() == null ? options.withKvCacheType(KvCacheType.F32) : options;
        if (!Architectures.computesWholeTexts(source.metadata())) {
            return exact;
        }
        int length = options.requestedContextLength().orElseGet(() -> fittingLength(source, exact));
        if (length > MAX_ROWS) {
            throw new UnsupportedModelException("contextLength: expected at most " + MAX_ROWS + ", since texts of "
                    + source.name() + " are computed in one step, found " + length + "; choose a shorter context");
        }
        return wholeTexts(exact, length);
    }

    /// As [#fit], for a model that is about to be loaded.
    ///
    /// @throws InsufficientMemoryException if working memory for the texts asked for does not fit the heap
    static ModelOptions fitHeap(ModelSource source, ModelOptions options) {
        ModelOptions fitted = fit(source, options);
        long scratch = MemoryPlan.heapScratchBytes(source.metadata(), fitted);
        if (Architectures.computesWholeTexts(source.metadata()) && scratch > heapLeft()) {
            throw new InsufficientMemoryException(source.name() + ": expected at most " + heapLeft()
                    + " bytes of heap for working memory, needed " + scratch + " for texts of "
                    + fitted.contextLength() + " tokens; choose a shorter context or give Java more heap (-Xmx)");
        }
        return fitted;
    }

    private static ModelOptions wholeTexts(ModelOptions options, int length) {
        return options.withContextLength(length).withPrefillChunk(Math.max(length, options.prefillChunk()));
    }

    /// The model's own length, halved until it fits.
    private static int fittingLength(ModelSource source, ModelOptions options) {
        int own = Math.min(MAX_ROWS, new Hyperparameters(source.metadata()).contextLength());
        long weights = source.tensors().stream().mapToLong(WholeTextPlan::bytes).sum();
        long left = Math.min(options.memoryBudget().orElse(Long.MAX_VALUE), MemoryLimits.available()) - weights;
        int length = own;
        while (length > MIN_LENGTH && !fits(source.metadata(), wholeTexts(options, length), left)) {
            length = Math.max(MIN_LENGTH, length / 2);
        }
        if (length < own) {
            LOGGER.log(System.Logger.Level.INFO, source.name() + ": longest text shortened from " + own + " to "
                    + length + " tokens to fit the memory");
        }
        return length;
    }

    private static boolean fits(Metadata metadata, ModelOptions options, long left) {
        return MemoryPlan.scratchBytes(metadata, options) <= left
                && MemoryPlan.heapScratchBytes(metadata, options) <= heapLeft();
    }

    private static long bytes(Tensor tensor) {
        return tensor.data().byteSize();
    }

    private static long heapLeft() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
    }
}
