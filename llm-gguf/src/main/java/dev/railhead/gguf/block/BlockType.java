package dev.railhead.gguf.block;

import dev.railhead.spi.WeightType;
import java.lang.foreign.MemorySegment;

/// A weight type that can also be written.
public interface BlockType extends WeightType {
    /// Encodes whole blocks by rounding to nearest: deterministic, without importance weights or a search for better
    /// scales, so meant for synthetic models and tests rather than for the best quality. Scales beyond half precision
    /// saturate.
    ///
    /// @param in finite values
    /// @param inOffset where in `in` to begin
    /// @param count number of values, a multiple of [#blockSize()]
    /// @param out receives the blocks
    /// @param offset of the first block in `out`, in bytes
    void encode(float[] in, int inOffset, int count, MemorySegment out, long offset);
}
