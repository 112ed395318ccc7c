package dev.railhead;

/// How keys and values are kept in the KV cache. Attention computes in single precision from the values as they are
/// kept; `docs/arithmetic.md` defines the rounding.
public enum KvCacheType {
    /// Single precision: 4 bytes a value, nothing is lost.
    F32,

    /// Half precision: 2 bytes a value. A value of magnitude 65520 or more does not fit: it makes the step fail with a
    /// [NumericException].
    F16,

    /// 8 bits with a single precision scale for 32 values of a head: 1.125 bytes a value, and 1.125 times as much for the
    /// last values of a head whose length is no multiple of 32.
    Q8_0
}
