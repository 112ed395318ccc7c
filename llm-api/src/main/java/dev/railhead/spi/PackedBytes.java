package dev.railhead.spi;

import java.lang.foreign.MemorySegment;

/// The bytes of a packed matrix, to be kept and given to [Backend#restore] another time.
///
/// @param form tells the backend what the bytes are, together with the tensor; at most 65535 bytes of UTF-8
/// @param bytes all of them, at least one; anonymous memory, or mapped from a file
public record PackedBytes(String form, MemorySegment bytes) {}
