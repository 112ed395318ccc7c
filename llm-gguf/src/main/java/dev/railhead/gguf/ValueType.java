package dev.railhead.gguf;

import org.jspecify.annotations.Nullable;

/// The types of metadata values; the ordinal is the id in the file.
public enum ValueType {
    /// 8-bit unsigned integer.
    UINT8(1),
    /// 8-bit signed integer.
    INT8(1),
    /// 16-bit unsigned integer.
    UINT16(2),
    /// 16-bit signed integer.
    INT16(2),
    /// 32-bit unsigned integer.
    UINT32(4),
    /// 32-bit signed integer.
    INT32(4),
    /// Single precision.
    FLOAT32(4),
    /// A byte, 0 or 1.
    BOOL(1),
    /// Length and UTF-8.
    STRING(8),
    /// Element type, count and elements.
    ARRAY(12),
    /// 64-bit unsigned integer.
    UINT64(8),
    /// 64-bit signed integer.
    INT64(8),
    /// Double precision.
    FLOAT64(8);

    private static final ValueType[] TYPES = values();

    private final int minBytes;

    ValueType(int minBytes) {
        this.minBytes = minBytes;
    }

    /// Bytes of a value in the file, the least for strings and arrays.
    int minBytes() {
        return minBytes;
    }

    /// The type of an id, or null.
    static @Nullable ValueType of(int id) {
        return id >= 0 && id < TYPES.length ? TYPES[id] : null;
    }
}
