package dev.railhead.spi;

import org.jspecify.annotations.Nullable;

/// A weight matrix in the form a backend computes with: `rows` outputs of `columns` inputs each. Immutable and
/// thread-safe; its memory belongs to the arena it was packed into.
public interface Matrix {
    /// The tensor's name, for messages and traces.
    String name();

    /// Output dimension.
    int rows();

    /// Inner dimension.
    int columns();

    /// Bytes of anonymous memory it takes; 0 when it is computed from a mapped file.
    long bytes();

    /// The packed bytes, for [Backend#restore]; null if they can't be kept.
    default @Nullable PackedBytes packed() {
        return null;
    }

    /// The values of one row, equal bit for bit to [WeightType#decode].
    ///
    /// @param row 0 to rows − 1
    /// @param out receives `columns` values
    /// @param offset where in `out` to begin
    void row(int row, float[] out, int offset);
}
