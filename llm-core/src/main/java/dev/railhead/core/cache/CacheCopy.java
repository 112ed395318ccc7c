package dev.railhead.core.cache;

import dev.railhead.spi.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/// Moves matrices out of a mapped cache file to memory of this process while they are computed from. Read, not copied from
/// the mapping, whose pages would be resident beside the copies.
final class CacheCopy {
    /// Where a cache line and a vector of 512 bits begin.
    private static final long ALIGNMENT = 64;

    /// Bytes from one look at whether to stop to the next: a millisecond or two.
    private static final long PIECE_BYTES = 1 << 23;

    private CacheCopy() {}

    /// Moves matrices one after the other, each when its copy is complete.
    ///
    /// @param matrices restored from the file, by name; those that were not moved when this method ends compute from the
    ///     mapping as before
    /// @param memory gives memory and owns it
    /// @param stop asked between pieces
    /// @return whether all matrices have moved
    /// @throws dev.railhead.RailheadException if the file was changed or can't be read
    /// @throws OutOfMemoryError if the system gives no more memory
    static boolean run(CacheFile file, Map<String, Matrix> matrices, Arena memory, BooleanSupplier stop) {
        for (Map.Entry<String, Matrix> matrix : matrices.entrySet()) {
            if (stop.getAsBoolean() || !move(file, matrix.getKey(), matrix.getValue(), memory, stop)) {
                return false;
            }
        }
        return true;
    }

    private static boolean move(CacheFile file, String name, Matrix matrix, Arena memory, BooleanSupplier stop) {
        long bytes = Objects.requireNonNull(file.matrix(name), name).bytes().byteSize();
        MemorySegment copy = memory.allocate(bytes, ALIGNMENT);
        for (long at = 0; at < bytes; at += PIECE_BYTES) {
            if (stop.getAsBoolean()) {
                return false;
            }
            file.read(name, at, copy.asSlice(at, Math.min(PIECE_BYTES, bytes - at)).asByteBuffer());
        }
        file.checkUnchanged(); // from now on nobody looks whether the file is changed
        matrix.moveTo(copy);
        return true;
    }
}
