package dev.railhead;

/// How weights get from the file to the kernels. Results are the same, bit for bit.
public enum LoadMode {
    /// Weights are copied once, at load, into the form that the kernels read fastest. The file can change afterwards.
    /// With a [PackedCache] this form comes from a file after the first load.
    PACKED,
    /// Weights stay in the mapped file and are unpacked tile by tile while computing: loads at once, uses no memory
    /// beyond the page cache, computes slower. The file must not change while the model is open; replace models by an
    /// atomic rename.
    MAPPED
}
