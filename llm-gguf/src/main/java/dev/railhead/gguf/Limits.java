package dev.railhead.gguf;

/// How much a header may hold. Far beyond any real model.
///
/// They bound the heap that a file can make us use to 16 MiB and twice the bytes read of it. Large arrays and long
/// texts take at most twice their bytes. What takes more is counted: a key with a number takes some 130 bytes of heap
/// for 14 of file, a tensor 240 for 40, an array in an array 45 for 13, a string 5 for each byte while it is decoded. A
/// header of 3.3 MB that reaches all these limits at once opens in a heap of 17 MiB.
final class Limits {
    /// Metadata entries. Real files have some fifty.
    static final int KEYS = 1 << 14;

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

    /// Arrays within arrays. No key known to us has any.
    static final int NESTED_ARRAYS = 1 << 14;

    /// Bytes of a string that is decoded at opening. Longer ones stay UTF-8: a whole `tokenizer.json`, no template.
    static final int STRING_BYTES = 1 << 18;

    /// Bytes of the metadata.
    static final long METADATA_BYTES = 1 << 27;

    /// Alignment of the data section; more would be padding, not alignment.
    static final int ALIGNMENT = 1 << 24;

    /// Shards of a split model; the names have five digits.
    static final int SHARDS = 99_999;

    /// Bytes of a llama2.c tokenizer. One of 128,000 tokens has two million; each byte may become three.
    static final int TOKENIZER_BYTES = 1 << 23;

    /// Bytes of a token of a llama2.c tokenizer.
    static final int TOKEN_BYTES = (1 << 16) - 1;

    private Limits() {}
}
