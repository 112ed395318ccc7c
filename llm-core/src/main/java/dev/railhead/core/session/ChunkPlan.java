package dev.railhead.core.session;

import dev.railhead.ModelOptions;
import dev.railhead.core.model.Architectures;
import dev.railhead.spi.Metadata;

/// Decides how many tokens of a prompt are computed in one step: as many as the options say, or half of that, and so on, where
/// Java has too little heap for their activations. Results don't depend on it.
final class ChunkPlan {
    private static final System.Logger LOGGER = System.getLogger(ChunkPlan.class.getName());

    /// No step is made smaller than this to save memory: products of fewer rows are as slow as those of one.
    static final int MIN_CHUNK = 16;

    private ChunkPlan() {}

    /// The options that a model is loaded with which takes its prompt in steps; those of any other stay as they are.
    static ModelOptions fit(Metadata metadata, ModelOptions options) {
        if (Architectures.computesWholeTexts(metadata)) {
            return options;
        }
        ModelOptions fitted = fit(metadata, options, Runtime.getRuntime().maxMemory());
        if (fitted.prefillChunk() < options.prefillChunk()) {
            LOGGER.log(System.Logger.Level.INFO, metadata.file() + ": prefill chunk shortened from "
                    + options.prefillChunk() + " to " + fitted.prefillChunk() + " tokens to fit Java's heap (-Xmx)");
        }
        return fitted;
    }

    /// The same for a heap of so many bytes: two thirds of what the vocabulary leaves are for activations, the rest for the
    /// application and for garbage.
    static ModelOptions fit(Metadata metadata, ModelOptions options, long heap) {
        long left = (heap - MemoryPlan.vocabularyBytes(metadata)) / 3 * 2;
        ModelOptions fitted = options;
        while (fitted.prefillChunk() >= 2 * MIN_CHUNK && MemoryPlan.heapScratchBytes(metadata, fitted) > left) {
            fitted = fitted.withPrefillChunk(fitted.prefillChunk() / 2);
        }
        return fitted;
    }
}
