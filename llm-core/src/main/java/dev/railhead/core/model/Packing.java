package dev.railhead.core.model;

import dev.railhead.spi.Matrix;
import dev.railhead.spi.Tensor;
import java.lang.foreign.Arena;
import java.util.function.Supplier;

/// Makes matrices of tensors.
@FunctionalInterface
public interface Packing {
    /// Makes the matrix of a tensor, or of a part of its rows.
    ///
    /// @param arena owns memory it takes
    Matrix pack(Tensor tensor, Arena arena);

    /// Makes the matrix of values that are computed of a tensor and are in memory only while they are packed.
    ///
    /// @param described name, type and shape of the values; its data is not read
    /// @param computed the same with its data; not asked where the matrix is kept already
    /// @param arena owns memory it takes
    default Matrix packComputed(Tensor described, Supplier<Tensor> computed, Arena arena) {
        return pack(computed.get(), arena);
    }
}
