package dev.railhead.core.reference;

import dev.railhead.spi.Matrix;
import dev.railhead.spi.WeightType;

/// A matrix whose rows can be read as what the file has: codes and scales, or floats. The plain loops compute with it in
/// whatever form a backend keeps it.
public interface PlainMatrix extends Matrix {
    /// The type in the file.
    WeightType type();

    /// The integers of a row of a [WeightType.Form#CODES] type: value k is `scales[g] · codes[k] − mins[g]` with
    /// `g = k / groupSize`.
    ///
    /// @param row 0 to rows − 1
    /// @param codes receives `columns` codes
    /// @param scales receives `d · scale` for each group, in f32
    /// @param mins receives `dmin · min` for each group, in f32; 0 for types without
    /// @throws IllegalStateException if the type has no codes
    void codes(int row, byte[] codes, float[] scales, float[] mins);
}
