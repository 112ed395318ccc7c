package dev.railhead.benchmarks.roofline;

/// Is told how far a measurement is.
@FunctionalInterface
public interface Progress {
    /// For whoever doesn't want to know.
    Progress NONE = (what, done, total) -> {};

    /// A part is done.
    ///
    /// @param what what goes on
    /// @param done parts done
    /// @param total all parts
    void update(String what, int done, int total);
}
