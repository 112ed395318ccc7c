package dev.railhead;

/// Is told how far loading is, several times for a large matrix. Called from the loading thread, which should not be kept:
/// other threads wait for it. An exception thrown here ends the loading and reaches the caller.
@FunctionalInterface
public interface LoadProgress {
    /// Ignores progress.
    LoadProgress NONE = (done, total) -> {};

    /// @param bytesDone bytes of weights that are ready, growing to `bytesTotal`
    /// @param bytesTotal bytes of weights in the file
    void update(long bytesDone, long bytesTotal);
}
