package dev.railhead;

import dev.railhead.spi.Engine;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/// A loaded model that makes vectors of texts: an encoder (BERT and its kin), or a model that was made to generate, whose hidden
/// states are taken. With a classification head it judges texts too.
///
/// **Results.** An embedding has the same bits alone or among other texts, with any backend and number of threads. What a model
/// wants before a text (`query: `, an instruction) is the application's to add.
///
/// **Threads.** Safe for use by any number of threads; calls take turns, as many texts at a time as fit a pass over the weights.
///
/// **Lifecycle.** As that of a [Model], with calls in place of sessions: one that runs when the model is closed throws
/// [ClosedException], one whose thread is interrupted [CancelledException].
public interface EmbeddingModel extends AutoCloseable {
    /// Loads a GGUF file with default options.
    ///
    /// @param path the model file
    /// @return the model, to be closed by the caller
    /// @throws ModelLoadException if the file is missing, damaged or of a kind that is not supported
    static EmbeddingModel load(Path path) {
        return load(path, EmbeddingOptions.defaults());
    }

    /// Loads a GGUF file (the first shard of a split one).
    ///
    /// @param path the model file
    /// @param options pooling, length of the longest text, and how the model is loaded
    /// @return the model, to be closed by the caller
    /// @throws ModelLoadException if the file is missing, damaged or of a kind that is not supported, or if the model can't have
    ///     the context length that is asked for
    /// @throws InsufficientMemoryException if the model does not fit the memory budget
    static EmbeddingModel load(Path path, EmbeddingOptions options) {
        return Engine.instance().loadEmbedding(path, options);
    }

    /// Loads a GGUF model from a stream, as [Model#load(String, InputStream, ModelOptions)].
    ///
    /// @param name what error messages call the model
    /// @param in the bytes of one whole GGUF file
    /// @param options as for a file
    /// @return the model, to be closed by the caller
    /// @throws ModelLoadException if the stream fails or does not hold a supported model
    /// @throws InsufficientMemoryException if the model does not fit the memory budget
    static EmbeddingModel load(String name, InputStream in, EmbeddingOptions options) {
        return Engine.instance().loadEmbedding(name, in, options);
    }

    /// Tells how much memory a model would need. Reads the header only.
    ///
    /// @param path the model file
    /// @param options the options it would be loaded with
    /// @return the terms of the estimate, in bytes; the KV cache is that of the longest text, of which there is one at a time
    /// @throws ModelLoadException if the header can't be read
    static MemoryEstimate estimate(Path path, EmbeddingOptions options) {
        return Engine.instance().estimateEmbedding(path, options);
    }

    /// What the file says about the model.
    ModelMetadata metadata();

    /// The tokenizer of this model; safe for use by any thread, also after the model is closed.
    Tokenizer tokenizer();

    /// The name of the backend that computes, with its vector width and thread count, for logs.
    String backend();

    /// The number of values of an embedding.
    int dimension();

    /// The largest number of tokens of a text, those included that the model wants around it.
    int contextLength();

    /// How tokens become one vector: as asked for, or as the file says.
    Pooling pooling();

    /// The embedding of a text.
    ///
    /// @param text plain text: special tokens are not recognised in it, those that the model wants around a text are added
    /// @return `float[dimension]`
    /// @throws IllegalArgumentException if the text gives no tokens
    /// @throws IllegalStateException if [#pooling()] is [Pooling#NONE] or [Pooling#RANK]
    /// @throws ContextOverflowException if the text is too long and is not to be truncated
    default float[] embed(String text) {
        return embed(List.of(text))[0];
    }

    /// The embeddings of several texts, which share passes over the weights.
    ///
    /// @param texts as for one
    /// @return `float[texts][dimension]`, in the order of the texts
    /// @throws IllegalArgumentException if one of the texts gives no tokens
    /// @throws IllegalStateException if [#pooling()] is [Pooling#NONE] or [Pooling#RANK]
    /// @throws ContextOverflowException if one of the texts is too long and is not to be truncated
    float[][] embed(List<String> texts);

    /// As [#embed(List)], of token ids that are taken as they are.
    ///
    /// @param texts one or more token ids each
    /// @return `float[texts][dimension]`
    /// @throws IllegalArgumentException if a text is empty, or a token id is not in the vocabulary
    /// @throws IllegalStateException if [#pooling()] is [Pooling#NONE] or [Pooling#RANK]
    /// @throws ContextOverflowException if one of the texts is too long and is not to be truncated
    float[][] embedTokens(List<int[]> texts);

    /// The hidden states of a text's tokens as they come out of the model, whatever the pooling.
    ///
    /// @param text as for [#embed(String)]
    /// @return `float[tokens][width]`, where the width is [ModelMetadata#embeddingLength()]
    /// @throws IllegalArgumentException if the text gives no tokens
    /// @throws ContextOverflowException if the text is too long and is not to be truncated
    float[][] tokenEmbeddings(String text);

    /// As [#tokenEmbeddings(String)], of token ids that are taken as they are.
    ///
    /// @param tokens one or more token ids
    /// @return `float[tokens.length][width]`
    /// @throws IllegalArgumentException if there are none, or a token id is not in the vocabulary
    /// @throws ContextOverflowException if there are too many and they are not to be truncated
    float[][] tokenEmbeddings(int... tokens);

    /// Whether the file has a classification head, so that [#rank] works.
    boolean canRank();

    /// Judges how well documents answer a query.
    ///
    /// Query and document become one text as the model wants it: by the template for reranking where the file has one, else one
    /// behind the other with the model's separators.
    ///
    /// @param query plain text
    /// @param documents plain texts
    /// @return `float[documents]`, the score of the head's first label: higher is better; the range depends on the model
    /// @throws IllegalArgumentException if query and document give no tokens
    /// @throws IllegalStateException if the file has no classification head
    /// @throws ContextOverflowException if query and document are too long together and the document is not to be truncated, or
    ///     the query leaves no room
    float[] rank(String query, List<String> documents);

    /// The scores of all labels, of token ids that are taken as they are.
    ///
    /// @param texts one or more token ids each
    /// @return `float[texts][labels]`
    /// @throws IllegalArgumentException if a text is empty, or a token id is not in the vocabulary
    /// @throws IllegalStateException if the file has no classification head
    /// @throws ContextOverflowException if one of the texts is too long and is not to be truncated
    float[][] rankTokens(List<int[]> texts);

    /// As [Model#close()].
    ///
    /// @throws IllegalStateException if running work did not stop within 30 s; the memory is then freed when it ends
    @Override
    void close();
}
