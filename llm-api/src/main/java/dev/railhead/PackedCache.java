package dev.railhead;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Where packed weights are kept, so that the next load of the same model takes them from there instead of packing again, which
/// makes it as quick as the tokenizer. Immutable.
///
/// The file is as large as the packed weights, about as large as the model. A load that finds none packs, and then the model
/// writes it in the background, under another name until it is whole and on the disk. [Model#close()] waits for that, so
/// that a short program keeps its weights too; a thread that is interrupted then, or before, gives the file up. Nothing fails
/// because a file can't be written or read: it is logged why, and weights are packed. A file that belongs to other weights,
/// another version of Railhead or another backend, or that is damaged, is replaced.
///
/// Weights are known to be the same by size, modification and status change times and inode of each model file, its tensors
/// and samples of them. So moving, copying or touching a model makes its cache one of other weights. Whoever can write the
/// file decides what the model computes: keep it where the model itself could be.
///
/// @param directory holds the file, named after the model and a hash of its path; null means beside the model, named
///     like it with `.railhead` at the end
/// @param mode whether weights are copied out of the file while the model is in use already
public record PackedCache(@Nullable Path directory, Mode mode) {
    /// How a model computes from the file. Loading takes equally long, and results are the same bit for bit.
    public enum Mode {
        /// The file is mapped and computed from at once. In the background matrix after matrix is copied to memory of this
        /// process; then the model is as quick as a packed one and the file is not needed any more. Takes as much memory as packed weights.
        COPY,
        /// The file stays mapped. Takes no memory but the page cache, which all processes that use the model share, and
        /// which the system can give to others. Single tokens come at about three quarters of the speed, prompts at nearly the
        /// same. The file must not be changed while the model is open: computing then throws
        /// [ModelFileChangedException].
        MAP
    }

    /// Checks that there is a mode.
    public PackedCache {
        Objects.requireNonNull(mode, "mode");
    }

    /// A file beside the model, with [Mode#COPY].
    public static PackedCache besideModel() {
        return new PackedCache(null, Mode.COPY);
    }

    /// A file in a directory, which is made if it does not exist, with [Mode#COPY].
    public static PackedCache in(Path directory) {
        return new PackedCache(directory, Mode.COPY);
    }

    /// The same file with another mode.
    public PackedCache withMode(Mode newMode) {
        return new PackedCache(directory, newMode);
    }
}
