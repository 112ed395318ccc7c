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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes the matrices of one model: takes them from its cache file or packs them, and then writes the file. Without a
/// [PackedCache] among the options it only packs. Used by the loading thread.
public final class PackedWeights implements Packing, AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(PackedWeights.class.getName());

    private final Backend backend;
    private final LoadMode mode;
    private final @Nullable Place place;
    private final @Nullable CacheFile file;
    private final Map<String, PackedBytes> matrices = new LinkedHashMap<>();
    private boolean complete = true;

    /// Where packed bytes are kept, and what tells whether they are the right ones.
    private record Place(Path path, String layout, byte[] key) {}

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
        return new Place(CacheLocation.of(model, cache), layout.get(), ModelKey.of(source));
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

    /// Anonymous memory that the matrices of a tensor take, in bytes.
    public long anonymousBytes(Tensor tensor) {
        return file != null && file.hasPartOf(tensor.name()) ? 0 : backend.packedBytes(tensor, mode);
    }

    @Override
    public Matrix pack(Tensor tensor, Arena arena) {
        Matrix restored = restore(tensor);
        if (restored != null) {
            return restored;
        }
        Matrix matrix = backend.pack(tensor, mode, arena);
        PackedBytes packed = place == null ? null : matrix.packed();
        if (packed != null) {
            matrices.put(tensor.name(), packed);
            complete = false;
        }
        return matrix;
    }

    private @Nullable Matrix restore(Tensor tensor) {
        PackedBytes kept = file == null ? null : file.matrix(tensor.name());
        if (kept == null) {
            return null;
        }
        try {
            Matrix matrix = backend.restore(tensor, kept);
            matrices.put(tensor.name(), kept);
            return matrix;
        } catch (IllegalArgumentException e) {
            LOGGER.log(Level.INFO, "packed weights can't be used and are packed again: " + e.getMessage());
            return null;
        }
    }

    /// Writes the cache file, unless it has all that was packed. Never throws: what can't be written is packed again next time.
    public void save() {
        if (place == null) {
            return;
        }
        TemporaryFiles.deleteAbandoned(place.path);
        if (complete) {
            return;
        }
        try {
            CacheWriter.write(place.path, place.layout, place.key, matrices);
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, place.path + ": packed weights can't be kept, the next load packs again: " + e
                    + "; make its directory writable with space for "
                    + matrices.values().stream().mapToLong(packed -> packed.bytes().byteSize()).sum()
                    + " bytes, or choose another one with ModelOptions.withPackedCache");
        }
    }

    /// The file that matrices compute from; null if there is none.
    public @Nullable WeightFile file() {
        return file;
    }

    /// Unmaps the file: for a model that was not made of it.
    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
