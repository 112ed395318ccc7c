package dev.railhead.spi;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A weight matrix in the form a backend computes with: `rows` outputs of `columns` inputs each. Its values never change.
/// Thread-safe; its memory belongs to the arena it was packed into.
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

    /// Computes from a copy of the packed bytes from now on: the way of a [restored][Backend#restore] matrix out of a mapped
    /// file. Operations that run meanwhile read the old bytes or the copy or both; those that begin afterwards read the copy
    /// only.
    ///
    /// @param copy the bytes of [#packed], in anonymous memory that is aligned to 64 bytes and valid until the backend is
    ///     closed
    /// @throws IllegalArgumentException if the size differs
    /// @throws UnsupportedOperationException if this matrix can't be restored
    default void moveTo(MemorySegment copy) {
        throw new UnsupportedOperationException("matrix '" + name() + "' can't compute from other memory");
    }

    /// The values of one row, equal bit for bit to [WeightType#decode].
    ///
    /// @param row 0 to rows − 1
    /// @param out receives `columns` values
    /// @param offset where in `out` to begin
    void row(int row, float[] out, int offset);
}
