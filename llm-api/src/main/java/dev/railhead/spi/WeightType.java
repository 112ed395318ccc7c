package dev.railhead.spi;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// How a tensor's values are stored in a file: GGUF's `ggml_type`. Values come in blocks; a row is a whole number of
/// blocks. Stateless and thread-safe.
public interface WeightType {
    /// What backends make of the type. Of a float form a block is one value with exactly these bytes, so that backends may
    /// copy them as they are.
    enum Form {
        /// Little-endian IEEE 754 single precision.
        F32,
        /// Little-endian IEEE 754 half precision.
        F16,
        /// The upper half of a little-endian IEEE 754 single.
        BF16,
        /// Small integers with scales, see [WeightType#decodeCodes].
        CODES
    }

    /// GGUF's spelling, for example `Q4_K`.
    String name();

    /// The id in a GGUF file.
    int id();

    /// Values per block.
    int blockSize();

    /// Bytes per block.
    int blockBytes();

    /// What backends make of it.
    Form form();

    /// How many activations share a scale when they are quantized to 8 bits for a product with this type; it divides
    /// the length of every row. For the form [Form#CODES] a multiple of 32. For float forms 0 if activations stay as they
    /// are, else they are replaced by the product of integer and scale (see `docs/arithmetic.md`).
    default int activationGroup() {
        return form() == Form.CODES ? 32 : 0;
    }

    /// Decodes whole blocks to float.
    ///
    /// @param data the file's bytes
    /// @param offset of the first block in `data`, in bytes
    /// @param out receives the values
    /// @param outOffset where in `out` to begin
    /// @param count number of values, a multiple of [#blockSize()]
    void decode(MemorySegment data, long offset, float[] out, int outOffset, int count);

    /// How the integers of a [Form#CODES] type look; null for the float forms.
    @Nullable
    CodeLayout codes();

    /// Decodes blocks of a [Form#CODES] type to their integers, see [CodeBlocks].
    ///
    /// @param data the file's bytes
    /// @param offset of the first block in `data`
    /// @param count number of blocks
    /// @param out receives codes, scales and mins, made by [CodeBlocks#CodeBlocks(WeightType, int)]
    /// @param first where in `out` to begin, in blocks
    void decodeCodes(byte[] data, int offset, int count, CodeBlocks out, int first);

    /// The bytes that `elements` values take.
    ///
    /// @throws ArithmeticException if that overflows a long
    default long bytes(long elements) {
        return Math.multiplyExact(elements / blockSize(), (long) blockBytes());
    }
}
