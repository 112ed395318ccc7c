package dev.railhead.core.session;

import dev.railhead.InsufficientMemoryException;
import dev.railhead.MemoryEstimate;
import dev.railhead.ModelOptions;
import dev.railhead.core.cache.PackedWeights;
import dev.railhead.core.kv.SequenceLayout;
import dev.railhead.core.model.Architectures;
import dev.railhead.core.model.Hyperparameters;
import dev.railhead.core.model.MatrixParts;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.ModelSource;
import dev.railhead.spi.Tensor;
import java.util.List;
import java.util.stream.Stream;

/// Decides, before memory is taken, how much a model needs, whether that is there, and how long the context can be.
final class MemoryPlan {
    private static final System.Logger LOGGER = System.getLogger(MemoryPlan.class.getName());

    /// Heap of a token: text, merges and table entries, and its share of the metadata, which a mapped model keeps.
    /// Measured with the vocabularies of Llama 2, Llama 3, GPT-2 and Qwen 2: 95 to 173 bytes. The cache of words, when
    /// full, adds two megabytes, 15 bytes a token of a large vocabulary.
    private static final long BYTES_PER_TOKEN = 190;

    private final int contextLength;
    private final MemoryEstimate estimate;
    private final long kvBudget;

    private MemoryPlan(int contextLength, MemoryEstimate estimate, long limit) {
        this.contextLength = contextLength;
        this.estimate = estimate;
        kvBudget = limit - estimate.total(0);
    }

    /// Plans a model without looking at limits.
    static MemoryEstimate estimate(ModelSource source, PackedWeights weights, ModelOptions options) {
        return estimate(source, weights, options, contextLength(source, options));
    }

    /// The context length asked for, or else the model's own.
    private static int contextLength(ModelSource source, ModelOptions options) {
        return options.requestedContextLength()
                .orElseGet(() -> new Hyperparameters(source.metadata()).contextLength());
    }

    /// Plans a model within the memory budget, or what the machine has.
    ///
    /// Without a context length asked for, the model's own is shortened to what fits.
    ///
    /// @throws InsufficientMemoryException if the model, with the context length asked for, does not fit
    static MemoryPlan of(ModelSource source, PackedWeights weights, ModelOptions options) {
        long limit = Math.min(options.memoryBudget().orElse(Long.MAX_VALUE), MemoryLimits.available());
        int context = contextLength(source, options);
        MemoryEstimate estimate = estimate(source, weights, options, context);
        if (estimate.total(1) <= limit) {
            return new MemoryPlan(context, estimate, limit);
        }
        int fitting = sequenceLayout(source, options).longest(limit - estimate.total(0), context);
        if (fitting == 0 || options.requestedContextLength().isPresent()) {
            throw new InsufficientMemoryException(source.name() + ": expected at most " + limit + " bytes, needed "
                    + estimate.total(1) + ": weights " + estimate.weightBytes() + ", KV cache of " + context
                    + " positions " + estimate.kvCacheBytesPerSession() + ", working memory " + estimate.scratchBytes()
                    + ", vocabulary " + estimate.vocabularyBytes()
                    + "; choose a shorter context, a smaller type of KV cache or weights, or LoadMode.MAPPED");
        }
        LOGGER.log(System.Logger.Level.INFO, source.name() + ": context shortened from " + context + " to " + fitting
                + " positions to fit " + limit + " bytes of memory");
        return new MemoryPlan(fitting, estimate(source, weights, options, fitting), limit);
    }

    private static MemoryEstimate estimate(ModelSource source, PackedWeights weights, ModelOptions options,
            int context) {
        Metadata metadata = source.metadata();
        long file = 0;
        long packed = 0;
        for (Tensor tensor : source.tensors()) {
            file += tensor.data().byteSize();
            packed += MatrixParts.isMatrix(tensor)
                    ? matrices(tensor, metadata, weights).mapToLong(Long::longValue).sum()
                    : tensor.elements() * Float.BYTES;
        }
        long kv = sequenceLayout(source, options).bytes(context) * Architectures.sequencesPerSession(metadata);
        return new MemoryEstimate(file, packed, kv, scratchBytes(metadata, options), vocabularyBytes(metadata));
    }

    /// Heap of the tokenizer and the metadata.
    static long vocabularyBytes(Metadata metadata) {
        return vocabularySize(metadata) * BYTES_PER_TOKEN;
    }

    private static long vocabularySize(Metadata metadata) {
        return metadata.has("tokenizer.ggml.tokens") ? metadata.strings("tokenizer.ggml.tokens").size() : 0;
    }

    /// Bytes of the matrices that will be packed into anonymous memory during the load, in the order of the file.
    static List<Long> matrices(ModelSource source, PackedWeights weights) {
        return source.tensors().stream().filter(tensor -> MatrixParts.isMatrix(tensor) && weights.isPacked(tensor))
                .flatMap(tensor -> pieces(tensor, source.metadata(), weights)).filter(bytes -> bytes > 0).toList();
    }

    /// Experts one by one, since all of a layer would be one large slab to wait for; of other tensors all parts together.
    private static Stream<Long> pieces(Tensor tensor, Metadata metadata, PackedWeights weights) {
        Stream<Long> parts = matrices(tensor, metadata, weights);
        return tensor.shape().length > 2 ? parts : Stream.of(parts.mapToLong(Long::longValue).sum());
    }

    private static Stream<Long> matrices(Tensor tensor, Metadata metadata, PackedWeights weights) {
        MatrixParts parts = MatrixParts.of(tensor, metadata);
        return Stream.concat(parts.taken().stream().map(weights::anonymousBytes),
                parts.made().stream().map(weights::madeBytes));
    }

    /// What a session keeps.
    static SequenceLayout sequenceLayout(ModelSource source, ModelOptions options) {
        return Architectures.sequenceLayout(source.metadata(), KvCacheTypes.of(source, options),
                options.prefillChunk());
    }

    /// All working memory.
    static long scratchBytes(Metadata metadata, ModelOptions options) {
        long waiting = waitsOffHeap(metadata, options)
                ? (long) options.prefillChunk() * new Hyperparameters(metadata).embeddingLength() * Float.BYTES
                : 0;
        return heapScratchBytes(metadata, options) + waiting;
    }

    private static boolean waitsOffHeap(Metadata metadata, ModelOptions options) {
        return Architectures.workingRows(metadata, options.prefillChunk()) < options.prefillChunk();
    }

    /// Activations of a full chunk, or of a part of an encoder's text: the residual stream and its companions, q and what attention
    /// gives, k and v, gate and up, the longest of them once more as a matrix product reads it; and a few rows of logits.
    static long heapScratchBytes(Metadata metadata, ModelOptions options) {
        long vocabulary = vocabularySize(metadata);
        var hp = new Hyperparameters(metadata);
        AttentionShape shape = Architectures.attention(metadata);
        long heads = (long) shape.headCount() + shape.kvHeadCount();
        long perRow = 5L * hp.embeddingLength() + heads * (shape.keyLength() + shape.valueLength())
                + 3L * hp.longestFeedForward();
        int rows = Architectures.workingRows(metadata, options.prefillChunk());
        return (perRow * rows + 10 * vocabulary) * Float.BYTES;
    }

    int contextLength() {
        return contextLength;
    }

    MemoryEstimate estimate() {
        return estimate;
    }

    /// Bytes that the pages and states of all sessions may take.
    long kvBudget() {
        return kvBudget;
    }
}
