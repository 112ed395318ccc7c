package dev.railhead;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where packed weights are kept, so that the next load of the same model maps them instead of packing again. Immutable.
///
/// The file is as large as the packed weights, about as large as the model. It is written by the first load, under another
/// name until it is whole; a load never fails because it can't be written or read, it logs why and packs. A file that
/// belongs to other weights, another version of Railhead or another backend, or that is damaged, is replaced.
///
/// Weights are known to be the same by size, modification and status change times and inode of each model file, its tensors
/// and samples of them. So moving, copying or touching a model makes its cache one of other weights. Whoever can write the
/// file decides what the model computes: keep it where the model itself could be.
///
/// @param directory holds the file, named after the model and a hash of its path; null means beside the model, named
///     like it with `.railhead` at the end
public record PackedCache(@Nullable Path directory) {
    /// A file beside the model.
    public static PackedCache besideModel() {
        return new PackedCache(null);
    }

    /// A file in a directory, which is made if it does not exist.
    public static PackedCache in(Path directory) {
        return new PackedCache(directory);
    }
}
