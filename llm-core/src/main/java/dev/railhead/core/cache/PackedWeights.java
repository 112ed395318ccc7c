package dev.railhead.core.cache;

import dev.railhead.LoadMode;
import dev.railhead.ModelOptions;
import dev.railhead.PackedCache;
import dev.railhead.core.model.Packing;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.ModelSource;
import dev.railhead.spi.PackedBytes;
import dev.railhead.spi.Tensor;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes the matrices of one model: takes them from its cache file or packs them. Without a [PackedCache] among the options
/// it only packs. Used by the loading thread, and then by one other that moves what the file gave to memory of this process,
/// or writes what was packed to the file.
public final class PackedWeights implements Packing, AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(PackedWeights.class.getName());

    private final Backend backend;
    private final LoadMode mode;
    private final @Nullable Place place;
    private final @Nullable CacheFile file;
    private final Map<String, Matrix> restored = new LinkedHashMap<>();
    private final Map<String, Matrix> packed = new LinkedHashMap<>();

    /// Where packed bytes are kept, and what tells whether they are the right ones.
    private record Place(Path path, String layout, byte[] key, PackedCache.Mode mode) {}

    private PackedWeights(Backend backend, LoadMode mode, @Nullable Place place) {
        this.backend = backend;
        this.mode = mode;
        this.place = place;
        file = place == null ? null : open(place);
    }

    /// Looks for the cache file of a model, if the options say so.
    public static PackedWeights of(ModelSource source, Backend backend, ModelOptions options) {
        return new PackedWeights(backend, options.loadMode(), place(source, backend, options));
    }

    private static @Nullable Place place(ModelSource source, Backend backend, ModelOptions options) {
        PackedCache cache = options.packedCache();
        if (cache == null || options.loadMode() != LoadMode.PACKED) {
            return null;
        }
        Optional<String> layout = backend.packedLayout();
        if (layout.isEmpty()) {
            LOGGER.log(Level.INFO, source.name() + ": packed weights are not kept: the backend '" + backend.name()
                    + "' can't use them");
            return null;
        }
        if (source.files().isEmpty()) {
            LOGGER.log(Level.INFO,
                    source.name() + ": packed weights are not kept: expected a model in a file that does "
                            + "not change, found one in memory, or changed just before it was opened");
            return null;
        }
        Path model = source.files().getFirst().path();
        return new Place(CacheLocation.of(model, cache), layout.get(), ModelKey.of(source), cache.mode());
    }

    private static @Nullable CacheFile open(Place place) {
        if (Files.notExists(place.path)) {
            return null;
        }
        try {
            return CacheFile.open(place.path, place.layout, place.key);
        } catch (UnusableCacheException e) {
            LOGGER.log(Level.INFO,
                    place.path + ": packed weights can't be used and are packed again: " + e.getMessage());
            return null;
        }
    }

    /// Whether there is a file, or one is to be written.
    public boolean isKept() {
        return place != null;
    }

    /// Whether the load packs a tensor, because the file does not have it.
    public boolean isPacked(Tensor tensor) {
        return file == null || !file.hasPartOf(tensor.name());
    }

    /// Anonymous memory that the matrix of a tensor, or of part of its rows under its name, takes, copies included that are made after the load; in bytes.
    public long anonymousBytes(Tensor tensor) {
        return isPacked(tensor) || isCopied() ? backend.packedBytes(tensor, mode) : 0;
    }

    /// As [#anonymousBytes], of a matrix of values that are computed of a tensor: it is packed in each load mode.
    public long madeBytes(Tensor made) {
        return isPacked(made) || isCopied() ? backend.packedBytes(made, LoadMode.PACKED) : 0;
    }

    private boolean isCopied() {
        return place != null && place.mode == PackedCache.Mode.COPY;
    }

    @Override
    public Matrix pack(Tensor tensor, Arena arena) {
        return restoreOrPack(tensor, () -> tensor, mode, arena);
    }

    @Override
    public Matrix packComputed(Tensor described, Supplier<Tensor> computed, Arena arena) {
        return restoreOrPack(described, computed, LoadMode.PACKED, arena);
    }

    private Matrix restoreOrPack(Tensor tensor, Supplier<Tensor> data, LoadMode how, Arena arena) {
        Matrix kept = restore(tensor);
        if (kept != null) {
            restored.put(tensor.name(), kept);
            return kept;
        }
        Matrix matrix = backend.pack(data.get(), how, arena);
        if (place != null && matrix.packed() != null) {
            packed.put(tensor.name(), matrix);
        }
        return matrix;
    }

    private @Nullable Matrix restore(Tensor tensor) {
        PackedBytes kept = file == null ? null : file.matrix(tensor.name());
        if (kept == null) {
            return null;
        }
        try {
            return backend.restore(tensor, kept);
        } catch (IllegalArgumentException e) {
            LOGGER.log(Level.INFO, "packed weights can't be used and are packed again: " + e.getMessage());
            return null;
        }
    }

    /// Whether matrices were made of the file. They compute from it until they have moved.
    public boolean isRead() {
        return !restored.isEmpty();
    }

    /// The path of the file.
    public String name() {
        return place == null ? "" : place.path.toString();
    }

    /// Compares size and modification time of the file with those at opening.
    ///
    /// @throws dev.railhead.ModelFileChangedException if they differ
    public void checkUnchanged() {
        if (file != null) {
            file.checkUnchanged();
        }
    }

    /// Bytes of the matrices that [#copy] moves, in its order.
    public List<Long> copySizes() {
        return isCopied()
                ? restored.values().stream().map(matrix -> bytes(matrix).bytes().byteSize()).toList()
                : List.of();
    }

    /// Moves the matrices that were made of the file to other memory, if the options say so, while they are computed from. Never
    /// throws: matrices that can't move stay where they are.
    ///
    /// @param memory gives memory and owns it
    /// @param stop asked now and then
    /// @return whether nothing computes from the file any more
    public boolean copy(Arena memory, BooleanSupplier stop) {
        if (file == null || !isCopied()) {
            return restored.isEmpty();
        }
        try {
            return CacheCopy.run(file, restored, memory, stop);
        } catch (RuntimeException | VirtualMachineError e) {
            LOGGER.log(Level.WARNING,
                    file.name() + ": packed weights can't be copied and stay mapped, which makes single"
                            + " tokens slower: " + e);
            return false;
        }
    }

    /// Writes the file, unless it has all matrices. Never throws: what can't be written is packed again next time.
    public void save() {
        if (place == null) {
            return;
        }
        TemporaryFiles.deleteAbandoned(place.path);
        if (packed.isEmpty()) {
            return;
        }
        Map<String, PackedBytes> all = new LinkedHashMap<>();
        restored.forEach((name, matrix) -> all.put(name, bytes(matrix)));
        packed.forEach((name, matrix) -> all.put(name, bytes(matrix)));
        try {
            CacheWriter.write(place.path, place.layout, place.key, all);
        } catch (ClosedByInterruptException e) {
            LOGGER.log(Level.INFO, place.path + ": packed weights are not kept, the next load packs again: closing the"
                    + " model was interrupted");
        } catch (IOException | RuntimeException | VirtualMachineError e) {
            LOGGER.log(Level.WARNING, place.path + ": packed weights can't be kept, the next load packs again: " + e
                    + "; make its directory writable with space for "
                    + all.values().stream().mapToLong(matrix -> matrix.bytes().byteSize()).sum()
                    + " bytes, or choose another one with ModelOptions.withPackedCache");
        }
    }

    private static PackedBytes bytes(Matrix matrix) {
        return Objects.requireNonNull(matrix.packed(), matrix.name());
    }

    /// Unmaps the file. Does nothing when already done.
    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
