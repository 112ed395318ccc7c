package dev.railhead.core.cache;

import dev.railhead.spi.ModelSource;

/// A file that a model computes from while it is open.
public interface WeightFile extends AutoCloseable {
    /// For messages.
    String name();

    /// Compares size and modification time of the file with those at opening.
    ///
    /// @throws dev.railhead.ModelFileChangedException if they differ
    void checkUnchanged();

    /// Unmaps the file. Does nothing when already closed.
    @Override
    void close();

    /// The model's own file.
    static WeightFile of(ModelSource source) {
        return new WeightFile() {
            @Override
            public String name() {
                return source.name();
            }

            @Override
            public void checkUnchanged() {
                source.checkUnchanged();
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }
}
