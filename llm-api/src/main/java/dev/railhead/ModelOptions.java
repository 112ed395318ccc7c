package dev.railhead;

import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// How a model is loaded. Immutable.
///
/// @param loadMode packed copy or computing from the mapped file
/// @param threads threads that compute, the calling thread included; 0 means one per available processor
/// @param contextLength positions a session can hold; 0 means the model's own context length. More than the model was
///     trained for is allowed, as far as its position encoding reaches.
/// @param prefillChunk prompt tokens that are computed in one step at most, at least 1; fewer where Java's heap is too small for
///     their activations. Cancellation is looked at between steps.
/// @param memoryBudget bytes that the model and one full session may take; empty means what the machine or container
///     has
/// @param kvCacheType how keys and values are kept; null means [KvCacheType#F32] for a model whose matrices are all F32 and
///     for llama2.c's files, so that they compute as they were made to, and [KvCacheType#F16] for every other
/// @param backend name of the backend, for example `cpu` or `reference`; null means the fastest that works here
/// @param tokenizer a llama2.c `tokenizer.bin`; null means the file of that name beside the checkpoint
/// @param packedCache where packed weights are kept for the next load; null means nowhere. Without effect for
///     [LoadMode#MAPPED], for models that are no files, and for backends that can't use it.
/// @param progress is told how far loading is
public record ModelOptions(LoadMode loadMode, int threads, int contextLength, int prefillChunk,
        OptionalLong memoryBudget, @Nullable KvCacheType kvCacheType, @Nullable String backend,
        @Nullable Path tokenizer, @Nullable PackedCache packedCache, LoadProgress progress) {
    /// Prompt tokens per step unless told otherwise: enough to make the matrix products compute-bound, small enough
    /// that cancellation is prompt and activations stay in cache.
    public static final int DEFAULT_PREFILL_CHUNK = 256;

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if a number is out of range
    public ModelOptions {
        Objects.requireNonNull(loadMode, "loadMode");
        Objects.requireNonNull(memoryBudget, "memoryBudget");
        Objects.requireNonNull(progress, "progress");
        if (threads < 0 || threads > 1024) {
            throw new IllegalArgumentException("threads: expected 0 (all processors) to 1024, found " + threads);
        }
        if (contextLength < 0) {
            throw new IllegalArgumentException(
                    "contextLength: expected 0 (the model's own) or more, found " + contextLength);
        }
        if (prefillChunk < 1 || prefillChunk > 65536) {
            throw new IllegalArgumentException("prefillChunk: expected 1 to 65536, found " + prefillChunk);
        }
        if (memoryBudget.isPresent() && memoryBudget.getAsLong() <= 0) {
            throw new IllegalArgumentException(
                    "memoryBudget: expected a positive number of bytes, found " + memoryBudget.getAsLong());
        }
    }

    /// Packed weights, all processors, the model's own context length, a KV cache to suit the weights, no progress.
    public static ModelOptions defaults() {
        return new ModelOptions(LoadMode.PACKED, 0, 0, DEFAULT_PREFILL_CHUNK, OptionalLong.empty(), null, null,
                null, null, LoadProgress.NONE);
    }

    /// These options with another load mode.
    public ModelOptions withLoadMode(LoadMode mode) {
        return new ModelOptions(mode, threads, contextLength, prefillChunk, memoryBudget, kvCacheType, backend,
                tokenizer, packedCache, progress);
    }

    /// These options with another number of threads; 0 means one per available processor.
    public ModelOptions withThreads(int count) {
        return new ModelOptions(loadMode, count, contextLength, prefillChunk, memoryBudget, kvCacheType, backend,
                tokenizer, packedCache, progress);
    }

    /// These options with another context length, in tokens; 0 means the model's own.
    public ModelOptions withContextLength(int tokens) {
        return new ModelOptions(loadMode, threads, tokens, prefillChunk, memoryBudget, kvCacheType, backend, tokenizer,
                packedCache, progress);
    }

    /// These options with another prefill chunk, in tokens.
    public ModelOptions withPrefillChunk(int tokens) {
        return new ModelOptions(loadMode, threads, contextLength, tokens, memoryBudget, kvCacheType, backend, tokenizer,
                packedCache, progress);
    }

    /// These options with a memory budget in bytes.
    public ModelOptions withMemoryBudget(long bytes) {
        return new ModelOptions(loadMode, threads, contextLength, prefillChunk, OptionalLong.of(bytes), kvCacheType,
                backend,
                tokenizer, packedCache, progress);
    }

    /// These options with another way of keeping keys and values; null means as suits the weights.
    public ModelOptions withKvCacheType(@Nullable KvCacheType type) {
        return new ModelOptions(loadMode, threads, contextLength, prefillChunk, memoryBudget, type, backend, tokenizer,
                packedCache, progress);
    }

    /// These options with a backend chosen by name; null means the fastest that works here.
    public ModelOptions withBackend(@Nullable String name) {
        return new ModelOptions(loadMode, threads, contextLength, prefillChunk, memoryBudget, kvCacheType, name,
                tokenizer, packedCache, progress);
    }

    /// These options with the tokenizer file of a llama2.c checkpoint; null means `tokenizer.bin` beside it.
    public ModelOptions withTokenizer(@Nullable Path file) {
        return new ModelOptions(loadMode, threads, contextLength, prefillChunk, memoryBudget, kvCacheType, backend,
                file, packedCache, progress);
    }

    /// These options with a place where packed weights are kept for the next load; null means nowhere.
    public ModelOptions withPackedCache(@Nullable PackedCache cache) {
        return new ModelOptions(loadMode, threads, contextLength, prefillChunk, memoryBudget, kvCacheType, backend,
                tokenizer, cache, progress);
    }

    /// These options with a progress listener.
    public ModelOptions withProgress(LoadProgress listener) {
        return new ModelOptions(loadMode, threads, contextLength, prefillChunk, memoryBudget, kvCacheType, backend,
                tokenizer, packedCache, listener);
    }

    /// The threads that will compute: the option, or one per available processor.
    public int effectiveThreads() {
        return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    }

    /// The context length if one was asked for.
    public OptionalInt requestedContextLength() {
        return contextLength > 0 ? OptionalInt.of(contextLength) : OptionalInt.empty();
    }
}
