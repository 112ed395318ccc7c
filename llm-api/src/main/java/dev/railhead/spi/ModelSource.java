package dev.railhead.spi;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// An open model file: metadata and tensors, all bounds checked. Tensors point into it, so it stays open as long as
/// they
/// are used. Thread-safe.
public interface ModelSource extends AutoCloseable {
    /// The file's name, for messages.
    String name();

    /// Metadata with GGUF's keys, whatever the format.
    Metadata metadata();

    /// All tensors, in the order of the file, with GGUF's names, whatever the format.
    Collection<Tensor> tensors();

    /// The tensor of a name, or null.
    @Nullable
    Tensor tensor(String name);

    /// Compares size and modification time of the file with those at opening.
    ///
    /// @throws dev.railhead.ModelFileChangedException if they differ
    void checkUnchanged();

    /// Closes the file; its tensors can't be read any more. Does nothing when already closed.
    @Override
    void close();
}
