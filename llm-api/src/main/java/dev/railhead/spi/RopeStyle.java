package dev.railhead.spi;

/// Which two values of a head are rotated together (rotary position embedding, Su et al., "RoFormer", 2021).
public enum RopeStyle {
    /// Neighbours: values 2i and 2i + 1. Llama's order in GGUF.
    NORM,
    /// Halves: values i and i + n/2, n being the number of rotated values. GPT-NeoX's order.
    NEOX
}
