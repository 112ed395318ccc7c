package dev.railhead.core.model;

import dev.railhead.spi.Matrix;
import dev.railhead.spi.Tensor;
import java.lang.foreign.Arena;

/// Makes matrices of tensors.
@FunctionalInterface
public interface Packing {
    /// Makes the matrix of a tensor, or of a part of its rows.
    ///
    /// @param arena owns memory it takes
    Matrix pack(Tensor tensor, Arena arena);
}
