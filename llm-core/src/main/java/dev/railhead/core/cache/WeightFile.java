package dev.railhead.core.cache;

import dev.railhead.spi.ModelSource;

/// A file that a model computes from.
public interface WeightFile extends AutoCloseable {
    /// For messages.
    String name();

    /// To be called before each step, while nothing is computed: compares size and modification time of the file with those at
    /// opening, and lets go of a file that is not needed any more.
    ///
    /// @throws dev.railhead.ModelFileChangedException if they differ
    void beginStep();

    /// Whether the step that was begun last may read the file, so that an [InternalError] means that part of it is gone.
    boolean isRead();

    /// To be called when no step will begin any more: ends what is done in the background, see [dev.railhead.PackedCache]. The
    /// file stays open.
    default void finish() {}

    /// Finishes and unmaps the file. Does nothing when already closed.
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
            public void beginStep() {
                source.checkUnchanged();
            }

            @Override
            public boolean isRead() {
                return true;
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }
}
