package dev.railhead.spi;

import java.util.Collection;
import java.util.List;
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

    /// The files that hold the tensors, as they were when they were opened. Empty if there are none, or if one was being
    /// changed then, so that what was read can't be told from what is there later.
    default List<FileStamp> files() {
        return List.of();
    }

    /// Compares size and modification time of the file with those at opening.
    ///
    /// @throws dev.railhead.ModelFileChangedException if they differ
    void checkUnchanged();

    /// Closes the file; its tensors can't be read any more. Does nothing when already closed.
    @Override
    void close();
}
