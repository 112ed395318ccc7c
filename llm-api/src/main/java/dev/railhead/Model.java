package dev.railhead;

import dev.railhead.spi.Engine;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;

/// A loaded language model: immutable weights, a tokenizer, and the place where [sessions][Session] are opened.
///
/// **Threads.** A model is safe for use by any number of threads; each conversation has its own [Session].
///
/// **Lifecycle.** The model owns its weights (off-heap) and the pages of all sessions' KV caches. [#close()] is
/// idempotent. It refuses new work with [ClosedException], cancels running generations, waits for them (30 s at most)
/// and for a [PackedCache] that is being written, and then frees the memory.
public interface Model extends AutoCloseable {
    /// Loads a GGUF file (the first shard of a split one) or a llama2.c checkpoint with default options.
    ///
    /// @param path the model file
    /// @return the model, to be closed by the caller
    /// @throws ModelLoadException if the file is missing, damaged or of a kind that is not supported
    static Model load(Path path) {
        return load(path, ModelOptions.defaults());
    }

    /// Loads a GGUF file (the first shard of a split one) or a llama2.c checkpoint.
    ///
    /// @param path the model file
    /// @param options load mode, threads, context length, memory budget, progress
    /// @return the model, to be closed by the caller
    /// @throws ModelLoadException if the file is missing, damaged or of a kind that is not supported
    /// @throws InsufficientMemoryException if the model does not fit the memory budget
    static Model load(Path path, ModelOptions options) {
        return Engine.instance().load(path, options);
    }

    /// Loads a GGUF model from a stream, for example a class path resource. The stream is read to its end into
    /// off-heap memory and is not closed.
    ///
    /// @param name what error messages call the model
    /// @param in the bytes of one whole GGUF file
    /// @param options as for a file; [LoadMode#MAPPED] computes from the copy in memory
    /// @return the model, to be closed by the caller
    /// @throws ModelLoadException if the stream fails or does not hold a supported model
    /// @throws InsufficientMemoryException if the model does not fit the memory budget
    static Model load(String name, InputStream in, ModelOptions options) {
        return Engine.instance().load(name, in, options);
    }

    /// Tells how much memory a model would need. Reads the header only.
    ///
    /// @param path the model file
    /// @param options the options it would be loaded with
    /// @return the terms of the estimate, in bytes
    /// @throws ModelLoadException if the header can't be read
    static MemoryEstimate estimate(Path path, ModelOptions options) {
        return Engine.instance().estimate(path, options);
    }

    /// What the file says about the model.
    ModelMetadata metadata();

    /// The tokenizer of this model; safe for use by any thread, also after the model is closed.
    Tokenizer tokenizer();

    /// The model's chat template. If it has a variant `tool_use` too, that one renders prompts with tools.
    ///
    /// @throws ChatTemplateException if the file carries none ([ModelMetadata#chatTemplate()] tells), or it can't be read
    ChatTemplate chatTemplate();

    /// A variant of the model's chat template, for example `tool_use` or `rag`: what the file's key
    /// `tokenizer.chat_template.NAME` holds.
    ///
    /// @param name the variant's name; `default` is [#chatTemplate()]
    /// @throws ChatTemplateException if the file carries no such variant, or it can't be read
    ChatTemplate chatTemplate(String name);

    /// A chat template of your own for this model, for example one that was published later than the file. Not cached.
    ///
    /// @param source the template, in the Jinja language
    /// @throws ChatTemplateException if it can't be read
    ChatTemplate compileChatTemplate(String source);

    /// The sampling defaults of [GenerationOptions] for this model: the file's `general.sampling.*` values where it
    /// carries them, else Railhead's (temperature 0.8, top-k 40, top-p 0.95, min-p 0.05).
    SamplingDefaults samplingDefaults();

    /// The name of the backend that computes, with its vector width and thread count, for logs.
    String backend();

    /// The largest number of positions a session of this model holds.
    int contextLength();

    /// How keys and values of sessions are kept: as asked for, or as it was chosen to suit the weights.
    KvCacheType kvCacheType();

    /// How long loading took, from opening the file until the model was ready; with [ModelMetadata#fileBytes()] its speed. What
    /// goes on in the background after that does not count: compiling kernels, copying weights out of a [PackedCache] and
    /// writing one.
    Duration loadTime();

    /// Opens a session at position 0. Cheap: memory for keys and values is taken page by page as the session grows.
    ///
    /// @return the session, to be closed by the caller before or after the model
    /// @throws ClosedException if the model is closed
    Session newSession();

    /// Closes the model and its sessions. Does nothing when already closed. The first time that a model was packed with a
    /// [PackedCache], this waits until the file is on the disk, as long as the disk takes; a thread that is interrupted gives
    /// the file up.
    ///
    /// @throws IllegalStateException if running work did not stop within 30 s; the memory is then freed when it ends
    @Override
    void close();
}
