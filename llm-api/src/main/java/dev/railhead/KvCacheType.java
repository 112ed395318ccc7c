package dev.railhead;

/// How keys and values are kept in the KV cache. Attention computes in single precision from the values as they are
/// kept; `docs/arithmetic.md` defines the rounding.
///
/// The errors below are normalised mean square errors of the logits, measured on eight small models with weights in single
/// precision against an exact evaluation. Models with quantized weights have one of about 4e-4 anyway, because their
/// activations are rounded to 8 bits.
public enum KvCacheType {
    /// Single precision: 4 bytes a value. Error 3e-13 to 2e-12, that of the order of summation.
    F32,

    /// Half precision: 2 bytes a value. Error 1.4e-7 to 8.0e-7. A key or value of magnitude 65520 or more does not fit and
    /// makes the step fail with a [NumericException].
    F16,

    /// 8 bits, and a scale in single precision for 32 values of a head: 1.125 bytes a value, a little more where the length
    /// of a head is no multiple of 32. Error 3.9e-5 to 5.1e-4.
    Q8_0
}
