package dev.railhead.core.kv;

/// A source text that a decoder's sequence reads.
///
/// @param sequence keeps what the decoder's layers read of it
/// @param length its tokens
public record Source(KvSequence sequence, int length) {}
