package dev.railhead.gguf;

/// How much a header may hold. Far beyond any real model; they bound the heap that a hostile file can make us use.
final class Limits {
    /// Metadata entries. Real files have some fifty.
    static final int KEYS = 1 << 16;

    /// Bytes of a key; the specification's limit.
    static final int KEY_BYTES = (1 << 16) - 1;

    /// Tensors. The largest mixture of experts, stored unfused, has fewer.
    static final int TENSORS = 1 << 16;

    /// Bytes of a tensor's name. The reference keeps names in 64 bytes, one of them a terminator.
    static final int TENSOR_NAME_BYTES = 63;

    /// Dimensions of a tensor.
    static final int DIMENSIONS = 4;

    /// Arrays within arrays.
    static final int ARRAY_DEPTH = 4;

    /// Strings in all arrays of a file: a vocabulary of a million tokens with three million merges.
    static final int STRINGS = 1 << 22;

    /// Elements of 8 or 16 bits in all arrays of a file: they take 8 bytes each on the heap.
    static final int SMALL_INTEGERS = 1 << 21;

    /// Bytes of the metadata.
    static final long METADATA_BYTES = 1 << 27;

    /// Alignment of the data section; more would be padding, not alignment.
    static final int ALIGNMENT = 1 << 24;

    /// Shards of a split model; the names have five digits.
    static final int SHARDS = 99_999;

    private Limits() {}
}
